package collect

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// span is a part of a text, in bytes.
type span struct{ start, end int }

// document is one JSON value of a text: an object, or a list of them.
type document struct {
	span
	apiVersion, kind string
	// list is set if there is an array of items.
	list  bool
	items []span
	// resourceVersion is that of the list or object.
	resourceVersion string
	// message is that of a Status, which the server sends in place of objects.
	message string
}

// readJSON reads all JSON values of a text, one after the other.
func readJSON(ctx context.Context, t text, found *findings) error {
	dec := json.NewDecoder(bytes.NewReader(t.json))
	for {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("reading %s: %w", t.path, context.Cause(ctx))
		}
		start := skipSpace(t.json, int(dec.InputOffset()))
		d, err := scanDocument(dec)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return t.syntaxError(start, err)
		}
		d.span = span{start, int(dec.InputOffset())}
		if err := found.add(ctx, t, d); err != nil {
			return err
		}
	}
}

// scanDocument notes where the parts of the next value are. It returns io.EOF if there is none.
func scanDocument(dec *json.Decoder) (document, error) {
	var d document
	token, err := dec.Token()
	if err != nil {
		return d, err
	}
	switch token {
	case json.Delim('{'):
		err = scanFields(dec, &d)
	case json.Delim('['):
		// An array of objects, as jq makes of a List.
		d.kind, d.apiVersion, d.list = "List", "v1", true
		d.items, err = scanItems(dec)
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return d, err
}

func scanFields(dec *json.Decoder, d *document) error {
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		switch key {
		case "apiVersion":
			err = scanString(dec, &d.apiVersion)
		case "kind":
			err = scanString(dec, &d.kind)
		case "message":
			err = scanString(dec, &d.message)
		case "metadata":
			err = scanMetadata(dec, d)
		case "items":
			err = scanItemsField(dec, d)
		default:
			err = skipValue(dec)
		}
		if err != nil {
			return err
		}
	}
	_, err := dec.Token()
	return err
}

// scanString reads a value and keeps it if it is a string.
func scanString(dec *json.Decoder, s *string) error {
	var value any
	if err := dec.Decode(&value); err != nil {
		return err
	}
	*s, _ = value.(string)
	return nil
}

// scanMetadata reads the version of a list or object, if it has one.
func scanMetadata(dec *json.Decoder, d *document) error {
	var raw json.RawMessage
	if err := dec.Decode(&raw); err != nil {
		return err
	}
	var metadata struct {
		ResourceVersion string `json:"resourceVersion"`
	}
	if json.Unmarshal(raw, &metadata) == nil {
		d.resourceVersion = metadata.ResourceVersion
	}
	return nil
}

func skipValue(dec *json.Decoder) error {
	var skipped json.RawMessage
	return dec.Decode(&skipped)
}

// scanItemsField reads the field items, which is an array in lists, null in empty lists of old, and anything in
// kinds that are no lists.
func scanItemsField(dec *json.Decoder, d *document) error {
	token, err := dec.Token()
	if err != nil {
		return err
	}
	switch token {
	case nil:
		d.list = true
	case json.Delim('['):
		d.list = true
		d.items, err = scanItems(dec)
	case json.Delim('{'):
		err = scanFields(dec, &document{})
	}
	return err
}

// scanItems notes where the elements of an array are, the bracket of which has been read.
func scanItems(dec *json.Decoder) ([]span, error) {
	var items []span
	var item json.RawMessage
	for dec.More() {
		if err := dec.Decode(&item); err != nil {
			return nil, err
		}
		end := int(dec.InputOffset())
		items = append(items, span{end - len(item), end})
	}
	_, err := dec.Token()
	return items, err
}

func skipSpace(data []byte, from int) int {
	for from < len(data) && strings.IndexByte(" \t\r\n", data[from]) >= 0 {
		from++
	}
	return from
}

// syntaxError says where the value that begins at start is broken. The streaming decoder does not say it exactly,
// so the value is scanned once more.
func (t text) syntaxError(start int, err error) error {
	var whole json.RawMessage
	var syntax *json.SyntaxError
	if again := json.Unmarshal(t.json[start:], &whole); errors.As(again, &syntax) {
		start += max(int(syntax.Offset)-1, 0)
		err = again
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || err.Error() == "unexpected end of JSON input" {
		return t.failAt(len(t.json), errors.New("it ends in the middle of an object: was it written in full?"))
	}
	if bytes.HasPrefix(t.json[start:], []byte("==== START logs")) {
		err = errors.New("logs between the objects: give the directory that kubectl cluster-info dump --output-directory writes")
	}
	return t.failAt(start, err)
}

// typeOf reads apiVersion and kind of an object. In what kubectl prints they come first, so that little is read.
func typeOf(raw []byte) (apiVersion, kind string) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if token, err := dec.Token(); err != nil || token != json.Delim('{') {
		return "", ""
	}
	for dec.More() && (apiVersion == "" || kind == "") {
		key, err := dec.Token()
		if err != nil {
			return apiVersion, kind
		}
		switch key {
		case "apiVersion":
			err = scanString(dec, &apiVersion)
		case "kind":
			err = scanString(dec, &kind)
		default:
			err = skipValue(dec)
		}
		if err != nil {
			return apiVersion, kind
		}
	}
	return apiVersion, kind
}
