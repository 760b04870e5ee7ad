"""What somebody must look at, though nothing was refused."""
