"""The resources of online approval: what can be applied for, applications, certificates, decisions."""
