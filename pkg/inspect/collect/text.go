package collect

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"

	"sigs.k8s.io/yaml"
)

// text is a piece of a file that holds JSON, and where it stands.
type text struct {
	path string
	json []byte
	// line is the line of the file on which the piece starts, from 1.
	line int
	// converted is set if the JSON was made from YAML, so that positions in it say nothing about the file.
	converted bool
}

// at is the line and column of an offset; of converted text, the line on which it starts.
func (t text) at(offset int) (line, column int) {
	if t.converted {
		return t.line, 0
	}
	before := t.json[:min(max(offset, 0), len(t.json))]
	return t.line + bytes.Count(before, []byte("\n")), len(before) - bytes.LastIndexByte(before, '\n')
}

// failAt is an error at an offset.
func (t text) failAt(offset int, err error) *FileError {
	line, column := t.at(offset)
	return &FileError{Path: t.path, Line: line, Column: column, Err: err}
}

// readText reads all documents of a file.
func readText(ctx context.Context, path string, data []byte, found *findings) error {
	data, err := utf8Of(data)
	if err != nil {
		return &FileError{Path: path, Err: err}
	}
	for _, d := range splitDocuments(data) {
		t := text{path: path, json: d.data, line: d.line}
		if !looksLikeJSON(d.data) {
			if t.json, err = yaml.YAMLToJSONStrict(d.data); err != nil {
				return yamlError(path, d.line, err)
			}
			t.converted = true
		}
		if err := readJSON(ctx, t, found); err != nil {
			return err
		}
	}
	return nil
}

// utf8Of drops a byte order mark. PowerShell writes UTF-16 into redirected files, so that is read too.
func utf8Of(data []byte) ([]byte, error) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte{0xEF, 0xBB, 0xBF}):
		return data[3:], nil
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		order = binary.LittleEndian
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		order = binary.BigEndian
	default:
		return data, nil
	}
	data = data[2:]
	if len(data)%2 != 0 {
		return nil, errors.New("it begins as UTF-16 and ends in the middle of a character")
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return []byte(string(utf16.Decode(units))), nil
}

// rawDocument is one document of a stream, with the line on which it starts.
type rawDocument struct {
	data []byte
	line int
}

// splitDocuments splits a YAML stream at its document markers. A line that begins with a marker cannot be part of
// a scalar, nor of JSON, so JSON passes through in one piece. Documents without content are left out.
func splitDocuments(data []byte) []rawDocument {
	var docs []rawDocument
	start, startLine, line := 0, 1, 0
	end := func(at, next, nextLine int) {
		if d := data[start:at]; hasContent(d) {
			docs = append(docs, rawDocument{data: d, line: startLine})
		}
		start, startLine = next, nextLine
	}
	for pos := 0; pos < len(data); {
		line++
		length := bytes.IndexByte(data[pos:], '\n') + 1
		if length == 0 {
			length = len(data) - pos
		}
		if isMarker(data[pos : pos+length]) {
			// What follows the marker on its line belongs to the next document.
			end(pos, pos+3, line)
		}
		pos += length
	}
	end(len(data), len(data), line)
	return docs
}

// isMarker reports whether a line begins or ends a YAML document.
func isMarker(line []byte) bool {
	if !bytes.HasPrefix(line, []byte("---")) && !bytes.HasPrefix(line, []byte("...")) {
		return false
	}
	return len(line) == 3 || strings.IndexByte(" \t\r\n", line[3]) >= 0
}

// hasContent reports whether there is more than blank lines, comments and YAML directives.
func hasContent(doc []byte) bool {
	for line := range bytes.Lines(doc) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' && line[0] != '%' {
			return true
		}
	}
	return false
}

// looksLikeJSON tells JSON from YAML by the first characters; YAML in flow style does not quote its keys.
func looksLikeJSON(doc []byte) bool {
	doc = bytes.TrimSpace(doc)
	if len(doc) == 0 || doc[0] != '{' && doc[0] != '[' {
		return false
	}
	next := bytes.TrimSpace(doc[1:])
	return len(next) == 0 || strings.IndexByte(`"{}]`, next[0]) >= 0
}

// yamlError puts the line that the YAML library counts from the start of the document into the file. Of several
// errors the first is told.
func yamlError(path string, firstLine int, err error) error {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	message = strings.TrimSpace(strings.TrimPrefix(message, "unmarshal errors:"))
	message, _, _ = strings.Cut(message, "\n")
	line := firstLine
	if rest, ok := strings.CutPrefix(message, "line "); ok {
		number, what, _ := strings.Cut(rest, ": ")
		if n, convErr := strconv.Atoi(number); convErr == nil {
			line, message = firstLine+n-1, what
		}
	}
	return &FileError{Path: path, Line: line, Err: errors.New(message)}
}
