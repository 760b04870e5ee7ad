"""The address book (通讯录): who holds which post, and how he is reached at work."""
