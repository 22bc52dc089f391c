"""What the tests of every service share: the servers of a session, drain(), frozen clock, fakes of the outside."""
