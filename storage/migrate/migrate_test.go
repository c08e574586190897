package migrate

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	_ "modernc.org/sqlite" // for both builds: these tests are about the runner
)

func database(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+t.TempDir()+"/m.db?_txlock=immediate&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// given makes steps of texts.
func given(t *testing.T, texts ...string) []step {
	t.Helper()
	from := fstest.MapFS{}
	for i, text := range texts {
		from["x/00"+string(rune('1'+i))+"_s.sql"] = &fstest.MapFile{Data: []byte(text)}
	}
	steps, err := load(from, "x")
	if err != nil {
		t.Fatal(err)
	}
	return steps
}

func columns(t *testing.T, db *sql.DB, table string) (out []string) {
	t.Helper()
	rows, err := db.Query("SELECT name FROM pragma_table_info('" + table + "')")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		out = append(out, name)
	}
	return out
}

func TestEachFileOnce(t *testing.T) {
	db := database(t)
	one, two := "CREATE TABLE a (x TEXT); INSERT INTO a VALUES ('1');", "ALTER TABLE a ADD COLUMN y TEXT;"
	for _, texts := range [][]string{{one}, {one, two}, {one, two}} {
		if err := run(t.Context(), db, SQLite, given(t, texts...)); err != nil {
			t.Fatal(err)
		}
	}
	if got := columns(t, db, "a"); len(got) != 2 {
		t.Errorf("columns %v", got)
	}
	var n int
	if err := db.QueryRow("SELECT COUNT(*) FROM a").Scan(&n); err != nil || n != 1 {
		t.Errorf("%d rows, %v", n, err)
	}
}

func TestAFailedFileLeavesNothing(t *testing.T) {
	db := database(t)
	good, bad := "CREATE TABLE a (x TEXT);", "CREATE TABLE b (x TEXT); CREATE TABLE nonsense nonsense;"
	if err := run(t.Context(), db, SQLite, given(t, good, bad)); err == nil || !strings.Contains(err.Error(), "002_s") {
		t.Errorf("got %v", err)
	}
	if got := columns(t, db, "b"); len(got) != 0 {
		t.Errorf("half of the file is there: %v", got)
	}
	if err := run(t.Context(), db, SQLite, given(t, good, "CREATE TABLE b (x TEXT);")); err != nil {
		t.Errorf("after the file was mended: %v", err)
	}
}

func TestANewerDatabaseIsLeftAlone(t *testing.T) {
	db := database(t)
	if err := run(t.Context(), db, SQLite, given(t, "CREATE TABLE a (x TEXT);", "CREATE TABLE b (x TEXT);")); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), db, SQLite, given(t, "CREATE TABLE a (x TEXT);")); !errors.Is(err, ErrNewerSchema) {
		t.Errorf("got %v", err)
	}
}

func TestAnAppliedFileMustNotChange(t *testing.T) {
	db := database(t)
	if err := run(t.Context(), db, SQLite, given(t, "CREATE TABLE a (x TEXT);")); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), db, SQLite, given(t, "CREATE TABLE a (y TEXT);")); !errors.Is(err, ErrChanged) {
		t.Errorf("got %v", err)
	}
}

func TestTwoAtOnce(t *testing.T) {
	db := database(t)
	errs := make(chan error)
	for range 4 {
		go func() { errs <- Run(context.Background(), db, SQLite) }()
	}
	for range 4 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestNumbersHaveNoGap(t *testing.T) {
	for _, names := range [][]string{{"002_a"}, {"001_a", "003_b"}, {"001_a", "001_b"}, {"a"}} {
		from := fstest.MapFS{}
		for _, n := range names {
			from["x/"+n+".sql"] = &fstest.MapFile{}
		}
		if _, err := load(from, "x"); err == nil {
			t.Errorf("%v: no error", names)
		}
	}
}

// Both databases have the same files, with the same tables, columns, indexes and checks in the same order.
func TestBothDialectsSayTheSame(t *testing.T) {
	norm := strings.NewReplacer(`TEXT COLLATE "C"`, "TEXT", "BIGINT", "INTEGER", "GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "PRIMARY KEY AUTOINCREMENT", ") WITHOUT ROWID;", ");")
	spaces := regexp.MustCompile(`[ \t]+`)
	read := func(d Dialect, name string) string {
		b, err := fs.ReadFile(files, string(d)+"/"+name)
		if err != nil {
			t.Fatal(err)
		}
		return spaces.ReplaceAllString(norm.Replace(string(b)), " ")
	}
	lite, _ := fs.Glob(files, "sqlite/*.sql")
	pg, _ := fs.Glob(files, "postgres/*.sql")
	if len(lite) == 0 || len(lite) != len(pg) {
		t.Fatalf("%d and %d files", len(lite), len(pg))
	}
	for _, name := range lite {
		name = strings.TrimPrefix(name, "sqlite/")
		if a, b := read(SQLite, name), read(Postgres, name); a != b {
			t.Errorf("%s differs:\n%s\n---\n%s", name, a, b)
		}
	}
}

// Every row belongs to an instance.
func TestEveryTableHasItsInstance(t *testing.T) {
	db := database(t)
	if err := Run(t.Context(), db, SQLite); err != nil {
		t.Fatal(err)
	}
	rows, err := db.Query(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
		AND name NOT IN ('schema_migrations', 'instances')
		AND NOT EXISTS (SELECT 1 FROM pragma_table_info(sqlite_schema.name) WHERE name = 'instance_id')`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		t.Errorf("table %s has no instance_id", name)
	}
}
