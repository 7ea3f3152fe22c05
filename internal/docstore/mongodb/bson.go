package mongodb

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// A body goes into MongoDB as a real document, so that a person with a shell
// can read it, and comes back as the JSON that it was: objects keep the order
// of their keys, whole numbers are int64, other numbers are doubles. What BSON
// would bend is written in a form that no plain value has:
//
//   - a number whose text neither an int64 nor a double gives back
//     (uint64 above 2⁶³, 1.10, -0) becomes {"%n": "1.10"};
//   - an array that stands in an array becomes {"%a": […]}, because the
//     stand-in of the tests refuses it bare;
//   - in keys "%" becomes %25, "." %2E, a leading "$" %24, NUL %00, and the
//     empty key a lone "%", because servers refuse some of these.
const (
	numberKey = "%n"
	arrayKey  = "%a"
)

var (
	keyEscape   = strings.NewReplacer("%", "%25", ".", "%2E", "\x00", "%00")
	keyUnescape = strings.NewReplacer("%25", "%", "%2E", ".", "%00", "\x00", "%24", "$")
)

func escapeKey(key string) string {
	if key == "" {
		return "%"
	}
	escaped := keyEscape.Replace(key)
	if escaped[0] == '$' {
		escaped = "%24" + escaped[1:]
	}
	return escaped
}

func unescapeKey(key string) string {
	if key == "%" {
		return ""
	}
	return keyUnescape.Replace(key)
}

// toBSON reads one JSON value.
func toBSON(body []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	v, err := readValue(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	return v, nil
}

func readValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '{' {
			return readObject(d)
		}
		return readArray(d)
	case json.Number:
		return number(string(token)), nil
	}
	return token, nil // string, bool, nil
}

func readObject(d *json.Decoder) (bson.D, error) {
	object := bson.D{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		value, err := readValue(d)
		if err != nil {
			return nil, err
		}
		object = append(object, bson.E{Key: escapeKey(key.(string)), Value: value})
	}
	_, err := d.Token() // the closing brace
	return object, err
}

func readArray(d *json.Decoder) (bson.A, error) {
	array := bson.A{}
	for d.More() {
		value, err := readValue(d)
		if err != nil {
			return nil, err
		}
		if _, nested := value.(bson.A); nested {
			value = bson.D{{Key: arrayKey, Value: value}}
		}
		array = append(array, value)
	}
	_, err := d.Token() // the closing bracket
	return array, err
}

// number picks the first form that gives the same text back.
func number(text string) any {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(n, 10) == text {
		return n
	}
	// Not every server keeps the sign of a zero.
	if f, err := strconv.ParseFloat(text, 64); err == nil && f != 0 && !math.IsInf(f, 0) && floatText(f) == text {
		return f
	}
	return bson.D{{Key: numberKey, Value: text}}
}

// floatText writes f as encoding/json does.
func floatText(f float64) string {
	text, err := json.Marshal(f)
	if err != nil {
		return "null"
	}
	return string(text)
}

// fromBSON writes v as JSON.
func fromBSON(out []byte, v bson.RawValue) ([]byte, error) {
	switch v.Type {
	case bson.TypeEmbeddedDocument:
		return writeObject(out, v.Document())
	case bson.TypeArray:
		return writeArray(out, v.Array())
	case bson.TypeString:
		text, err := json.Marshal(v.StringValue())
		return append(out, text...), err
	case bson.TypeInt64:
		return strconv.AppendInt(out, v.Int64(), 10), nil
	case bson.TypeInt32: // written by hand in a shell
		return strconv.AppendInt(out, int64(v.Int32()), 10), nil
	case bson.TypeDouble:
		return append(out, floatText(v.Double())...), nil
	case bson.TypeBoolean:
		return strconv.AppendBool(out, v.Boolean()), nil
	case bson.TypeNull:
		return append(out, "null"...), nil
	}
	return nil, fmt.Errorf("a value of BSON type %s, which minyi never writes", v.Type)
}

func writeObject(out []byte, doc bson.Raw) ([]byte, error) {
	elements, err := doc.Elements()
	if err != nil {
		return nil, err
	}
	if len(elements) == 1 {
		switch elements[0].Key() {
		case numberKey:
			text, _ := elements[0].Value().StringValueOK()
			return append(out, text...), nil
		case arrayKey:
			return fromBSON(out, elements[0].Value())
		}
	}
	out = append(out, '{')
	for i, element := range elements {
		if i > 0 {
			out = append(out, ',')
		}
		key, err := json.Marshal(unescapeKey(element.Key()))
		if err != nil {
			return nil, err
		}
		out = append(append(out, key...), ':')
		if out, err = fromBSON(out, element.Value()); err != nil {
			return nil, err
		}
	}
	return append(out, '}'), nil
}

func writeArray(out []byte, array bson.RawArray) ([]byte, error) {
	values, err := array.Values()
	if err != nil {
		return nil, err
	}
	out = append(out, '[')
	for i, value := range values {
		if i > 0 {
			out = append(out, ',')
		}
		if out, err = fromBSON(out, value); err != nil {
			return nil, err
		}
	}
	return append(out, ']'), nil
}
