package kit_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"minyi/internal/kit"
)

type treeReply struct {
	Name     string         `json:"name"`
	At       time.Time      `json:"at,omitzero"`
	Share    *float64       `json:"share"`
	Counts   map[string]int `json:"counts,omitempty"`
	Children []treeReply    `json:"children"`
	hidden   int
}

// TestOpenAPIFollowsTheTypes describes a typed and a plain route.
func TestOpenAPIFollowsTheTypes(t *testing.T) {
	r := router(io.Discard)
	kit.Handle(r, "GET /api/v1/tree/{id}", func(context.Context, greetRequest) (treeReply, error) { return treeReply{hidden: 1}, nil })
	r.Plain("GET /export/{file}", http.NotFoundHandler(), kit.Doc{Summary: "a file", Query: []string{"unit"}, Gives: "text/csv"})
	text, err := kit.OpenAPI(kit.About{Title: "t", Version: "v1", Listeners: []kit.Listener{{Router: r, URL: "http://x", Locked: func(p string) bool { return p != "/export/{file}" }}}})
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"openapi": `"3.1.0"`,
		"paths|/api/v1/greet/{id}|post|operationId":                                                    `"greet"`,
		"paths|/api/v1/greet/{id}|post|parameters|0|name":                                              `"id"`,
		"paths|/api/v1/greet/{id}|post|parameters|1|in":                                                `"query"`,
		"paths|/api/v1/greet/{id}|post|requestBody|content|application/json|schema|$ref":               `"#/components/schemas/greetRequest"`,
		"paths|/api/v1/tree/{id}|get|requestBody":                                                      `null`,
		"paths|/api/v1/tree/{id}|get|security":                                                         `null`,
		"paths|/export/{file}|get|security":                                                            `[]`,
		"paths|/export/{file}|get|parameters|1|name":                                                   `"unit"`,
		"paths|/export/{file}|get|responses|200|content|text/csv":                                      `{}`,
		"components|schemas|greetRequest|properties|note":                                              `{"type":"string"}`,
		"components|schemas|greetRequest|properties|id":                                                `null`,
		"components|schemas|greetRequest|required":                                                     `null`,
		"components|schemas|treeReply|required":                                                        `["name","share","children"]`,
		"components|schemas|treeReply|properties|at":                                                   `{"format":"date-time","type":"string"}`,
		"components|schemas|treeReply|properties|share":                                                `{"anyOf":[{"type":"number"},{"type":"null"}]}`,
		"components|schemas|treeReply|properties|children|items|$ref":                                  `"#/components/schemas/treeReply"`,
		"components|schemas|treeReply|properties|hidden":                                               `null`,
		"components|schemas|Problem|properties|detail_en":                                              `{"type":"string"}`,
		"paths|/api/v1/greet/{id}|post|responses|default|content|application/problem+json|schema|$ref": `"#/components/schemas/Problem"`,
	} {
		if got := at(doc, path); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
}

// at gives the JSON of what stands at a path of keys and positions, or null.
func at(doc any, path string) string {
	for _, key := range strings.Split(path, "|") {
		switch v := doc.(type) {
		case map[string]any:
			doc = v[key]
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i >= len(v) {
				return "null"
			}
			doc = v[i]
		default:
			return "null"
		}
	}
	text, _ := json.Marshal(doc)
	return string(text)
}
