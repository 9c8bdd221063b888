SAVEPOINT [batch]
