"""HTTP of accounts: the gate that every request passes, coming in, one's own profile, administration."""
