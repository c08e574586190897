package storage

import "database/sql"

// RawSQLite opens an SQLite file as the store does, for the yardstick of benchmarks and to tamper with a database.
func RawSQLite(name string) (*sql.DB, error) {
	write, read, err := dialectOf(name).connect(name)
	if err == nil {
		err = read.Close()
	}
	return write, err
}

// Translate is translate.
func Translate(err error) error { return translate(err) }
