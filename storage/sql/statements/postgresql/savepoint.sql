SAVEPOINT U&"batch"
