"""HTTP of accounts: authentication of every request, sign-in, one's own profile, administration."""
