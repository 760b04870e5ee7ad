"""Online approval (网上审批): what enterprises apply for, and the certificates that come of it."""
