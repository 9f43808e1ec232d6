"""Places where an advisor's calendar can be, for the contract that every adapter keeps."""
