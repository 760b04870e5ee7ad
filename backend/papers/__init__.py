"""Papers (文书): numbers, templates, PDF, verification and service. A paper knows no matter."""
