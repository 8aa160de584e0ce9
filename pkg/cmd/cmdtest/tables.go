package cmdtest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TableServer answers lists as an API server does that is asked for Tables, and nothing else.
func TableServer(t *testing.T, lists map[string][]map[string]any) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if !strings.Contains(r.Header.Get("Accept"), "as=Table") || q.Get("includeObject") != "None" || q.Get("resourceVersion") != "0" {
			t.Errorf("%s asks for more than names (%s)", r.URL, r.Header.Get("Accept"))
		}
		rows, ok := lists[strings.TrimSuffix(r.URL.Path+"?"+q.Get("fieldSelector"), "?")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(Table(rows)); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return server
}

// Table is a list as such a server answers it, of rows by the names of their columns.
func Table(rows []map[string]any) map[string]any {
	columns := []string{"Name", "Capacity", "Status", "Claim", "StorageClass", "Volume"}
	var definitions, out []any
	for _, name := range columns {
		definitions = append(definitions, map[string]any{"name": name})
	}
	for _, row := range rows {
		var cells []any
		for _, name := range columns {
			cells = append(cells, row[name])
		}
		out = append(out, map[string]any{"cells": cells})
	}
	return map[string]any{"kind": "Table", "columnDefinitions": definitions, "rows": out}
}
