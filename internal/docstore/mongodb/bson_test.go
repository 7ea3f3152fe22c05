package mongodb

import (
	"bytes"
	"encoding/json"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

func roundTrip(t *testing.T, body []byte) []byte {
	t.Helper()
	v, err := toBSON(body)
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	raw, err := bson.Marshal(bson.D{{Key: "body", Value: v}})
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	out, err := fromBSON(nil, bson.Raw(raw).Lookup("body"))
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return out
}

func TestBodyForms(t *testing.T) {
	for body, want := range map[string]any{
		`9007199254740993`:     int64(9007199254740993),
		`0.1`:                  0.1,
		`1e+21`:                1e21,
		`18446744073709551615`: bson.D{{Key: "%n", Value: "18446744073709551615"}},
		`1.10`:                 bson.D{{Key: "%n", Value: "1.10"}},
		`{"$set":1}`:           bson.D{{Key: "%24set", Value: int64(1)}},
		`{"%n":"1","":2}`:      bson.D{{Key: "%25n", Value: "1"}, {Key: "%", Value: int64(2)}},
		`[[1],{"a.b":[[true]]}]`: bson.A{
			bson.D{{Key: "%a", Value: bson.A{int64(1)}}},
			bson.D{{Key: "a%2Eb", Value: bson.A{bson.D{{Key: "%a", Value: bson.A{true}}}}}},
		},
	} {
		got, err := toBSON([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		wantBytes, _ := bson.Marshal(bson.D{{Key: "v", Value: want}})
		gotBytes, _ := bson.Marshal(bson.D{{Key: "v", Value: got}})
		if !bytes.Equal(gotBytes, wantBytes) {
			t.Errorf("%s became %v, want %v", body, got, want)
		}
		if back := roundTrip(t, []byte(body)); string(back) != body {
			t.Errorf("%s came back as %s", body, back)
		}
	}
	for _, bad := range []string{"", "{", `{"a":1}{`, "[1,]", "nope"} {
		if v, err := toBSON([]byte(bad)); err == nil {
			t.Errorf("%q was read as %v", bad, v)
		}
	}
}

func FuzzRoundTrip(f *testing.F) {
	for _, seed := range []string{
		`{}`, `[]`, `null`, `"工单\u0000"`, `{"a":{"%a":[1]},"%n":{"%n":-0}}`, `[1e400,-0,0.0,1E-7,123456789012345678901]`,
		`{"%":1,"":2,"%24":3,"$":4,"%2E":5,".":6}`, `[[[]],[{}]]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var compact bytes.Buffer
		if json.Compact(&compact, body) != nil || depth(body) > 90 {
			return
		}
		// Bodies come from json.Marshal, which settles escapes and bad UTF-8.
		var normal bytes.Buffer
		if err := normalise(&normal, compact.Bytes()); err != nil {
			return
		}
		if got := roundTrip(t, normal.Bytes()); !bytes.Equal(got, normal.Bytes()) {
			t.Fatalf("went  %s\ncame  %s", normal.Bytes(), got)
		}
	})
}

// normalise writes body as json.Marshal writes strings, all else as it is.
func normalise(out *bytes.Buffer, body []byte) error {
	for len(body) > 0 {
		if body[0] != '"' {
			out.WriteByte(body[0])
			body = body[1:]
			continue
		}
		end := 1
		for body[end] != '"' {
			if body[end] == '\\' {
				end++
			}
			end++
		}
		var s string
		if err := json.Unmarshal(body[:end+1], &s); err != nil {
			return err
		}
		text, err := json.Marshal(s)
		if err != nil {
			return err
		}
		out.Write(text)
		body = body[end+1:]
	}
	return nil
}

func depth(body []byte) (deepest int) {
	at := 0
	for _, b := range body {
		switch b {
		case '{', '[':
			at++
			deepest = max(deepest, at)
		case '}', ']':
			at--
		}
	}
	return deepest
}
