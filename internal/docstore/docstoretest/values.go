package docstoretest

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/internal/docstore"
	"minyi/internal/fault"
)

// wide holds what JSON can hold and stores like to bend.
type wide struct {
	Int    int64            `json:"int"`
	Uint   uint64           `json:"uint"`
	Float  float64          `json:"float"`
	Time   time.Time        `json:"time"`
	Bytes  []byte           `json:"bytes"`
	None   *int             `json:"none"`
	Empty  struct{}         `json:"empty"`
	List   []any            `json:"list"`
	Nil    []string         `json:"nil"`
	Map    map[string]int64 `json:"map"`
	Raw    json.RawMessage  `json:"raw"`
	String string           `json:"string"`
}

func values(t *testing.T, open func(*testing.T) *docstore.DB) {
	db := open(t)
	t.Run("every JSON value comes back as it went", func(t *testing.T) { roundTrip(t, db) })
	t.Run("odd ids", func(t *testing.T) { oddIDs(t, notes(t, db, byCity)) })
	t.Run("large bodies", func(t *testing.T) { largeBodies(t, notes(t, db, byCity)) })
}

func roundTrip(t *testing.T, db *docstore.DB) {
	c, err := docstore.Open[wide](t.Context(), db, "wide")
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range []wide{
		{},
		{Int: math.MaxInt64, Uint: math.MaxUint64, Float: math.MaxFloat64, String: "工单\u0000已办结\t\"'\\ \u2028𠮷😀"},
		{Int: math.MinInt64, Uint: 1 << 63, Float: math.SmallestNonzeroFloat64, Bytes: []byte{0, 255, 10}},
		{Int: 1 << 53, Float: 1e21, List: []any{}, Map: map[string]int64{}, Raw: json.RawMessage(`{}`)},
		{Float: 0.1, List: []any{nil, true, "x", map[string]any{}, []any{[]any{}, []any{1.5, []any{"y"}}}}, Nil: []string{}},
		{Map: map[string]int64{"a.b": 1, "$set": 2, "": 3, "%2E": 4, "中.文": 5, "$": 6, ".": 7, "a\x00b": 8, "_id": 9}},
		{Raw: json.RawMessage(`{"z":1.10,"a":-0,"m":[1e400,123456789012345678901234567890,1.0,1E5],"$n":"7"}`)},
		{Time: time.Date(2026, 11, 22, 9, 30, 1, 123456789, time.FixedZone("", 8*3600))},
	} {
		if w.Raw == nil {
			w.Raw = json.RawMessage("null")
		}
		id := fmt.Sprint("w", i)
		must[docstore.Doc[wide]](t)(c.Insert(t.Context(), id, w))
		got := must[docstore.Doc[wide]](t)(c.Get(t.Context(), id))
		want, _ := json.Marshal(w)
		back, _ := json.Marshal(got.Body)
		if string(want) != string(back) {
			t.Errorf("value %d\nwent  %s\ncame  %s", i, want, back)
		}
	}
}

func oddIDs(t *testing.T, c *docstore.Collection[note]) {
	odd := []string{
		" ", "'", `"`, `\`, "a.b", "$where", "null", "0", "%", "_", "*", "|", "\n", "\u007f", "é", "e\u0301",
		"工单-2026/11#1", "😀", "\U0010FFFF", strings.Repeat("长", 170), "A", "a", "{\"$ne\":1}",
	}
	for i, id := range odd {
		must[docstore.Doc[note]](t)(c.Insert(t.Context(), id, note{City: id, Stars: i}))
	}
	want := slices.Sorted(slices.Values(odd)) // bytewise
	if got := ids(t, c, docstore.Query{}); !slices.Equal(got, want) {
		t.Errorf("in order of id:\n%q\nwant\n%q", got, want)
	}
	all := must[map[string]docstore.Doc[note]](t)(c.GetMany(t.Context(), odd))
	for i, id := range odd {
		if all[id].Body.Stars != i || all[id].Body.City != id {
			t.Errorf("%q came back as %+v", id, all[id])
		}
		if got := ids(t, c, docstore.Query{Index: "city", Part: docstore.Part(id)}); !slices.Equal(got, []string{id}) {
			t.Errorf("index of %q gave %q", id, got)
		}
		if _, err := c.Update(t.Context(), id, func(n *note) error { n.Text = "x"; return nil }); err != nil {
			t.Errorf("update %q: %v", id, err)
		}
	}
	if err := c.DeleteMany(t.Context(), odd); err != nil {
		t.Fatal(err)
	}
}

func largeBodies(t *testing.T, c *docstore.Collection[note]) {
	ctx := t.Context()
	text := strings.Repeat("群众反映楼下夜间施工噪音扰民。", 3<<20/45)
	for i := range 4 { // more than an engine may hold of a scan at once
		must[docstore.Doc[note]](t)(c.Insert(ctx, fmt.Sprint("big", i), note{City: "大", Text: text, Stars: i}))
	}
	seen := 0
	for d, err := range c.Find(ctx, docstore.Query{Index: "city", Part: docstore.Part("大")}) {
		if err != nil {
			t.Fatal(err)
		}
		if d.Body.Text != text || d.Body.Stars != seen {
			t.Fatalf("%s came back with %d bytes", d.ID, len(d.Body.Text))
		}
		seen++
	}
	if seen != 4 {
		t.Fatalf("saw %d of 4", seen)
	}
	_, err := c.Insert(ctx, "too big", note{Text: strings.Repeat("x", docstore.MaxBody+1)})
	wantKind(t, err, fault.TooLarge)
}
