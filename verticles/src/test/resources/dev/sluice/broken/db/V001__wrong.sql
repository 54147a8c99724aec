CREATE TABLE thing (id nonsense);
