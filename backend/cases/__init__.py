"""Cases (疑点): doubtful facts that somebody must look at, though nothing was refused."""
