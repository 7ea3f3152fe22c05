package ferretdb

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
)

// reindex is the first cure. FerretDB makes its unique index on
// _ferretdb_sjson->"_id" and asks for _ferretdb_sjson->'$._id'; SQLite takes
// these for different expressions and walks the table. The index is made anew
// on what is asked for. FerretDB links the driver that is named here.
func reindex(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.sqlite"))
	if err != nil {
		return err
	}
	for _, file := range files {
		db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(10000)")
		if err != nil {
			return err
		}
		if err := errors.Join(reindexFile(db), db.Close()); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
	}
	return nil
}

func reindexFile(db *sql.DB) error {
	db.SetMaxOpenConns(1)
	rows, err := db.Query(`SELECT name, tbl_name FROM sqlite_schema
		WHERE type = 'index' AND name LIKE '%\_\_id\_' ESCAPE '\' AND sql NOT LIKE '%$._id%'`)
	if err != nil {
		return err
	}
	indexes := map[string]string{}
	for rows.Next() {
		var index, table string
		if err := rows.Scan(&index, &table); err != nil {
			return errors.Join(err, rows.Close())
		}
		indexes[index] = table
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for index, table := range indexes {
		_, err := db.Exec(fmt.Sprintf(`BEGIN IMMEDIATE; DROP INDEX %q;
			CREATE UNIQUE INDEX %q ON %q (_ferretdb_sjson->'$._id'); COMMIT`, index, index, table))
		if err != nil {
			return err
		}
	}
	return nil
}
