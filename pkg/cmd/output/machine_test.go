package output

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// thing stands for a contract type.
type thing struct {
	Kind  string `json:"kind"`
	Items []item `json:"items"`
}

type item struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
	Claim string `json:"claim,omitempty"`
}

func document() Document {
	return Document{
		Value: thing{Kind: "ThingList", Items: []item{{Name: "a", Bytes: 1099511627776}, {Name: "b<c", Claim: "ns/x"}}},
		Names: []string{"thing/a", "thing/b"},
	}
}

func TestMachineFormats(t *testing.T) {
	file := filepath.Join(t.TempDir(), "template")
	if err := os.WriteFile(file, []byte("{.kind}"), 0o600); err != nil {
		t.Fatal(err)
	}
	columns := filepath.Join(t.TempDir(), "columns")
	if err := os.WriteFile(columns, []byte("N C\n.name .claim\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		format    string
		noHeaders bool
		want      string
	}{
		{format: "json", want: "{\n    \"kind\": \"ThingList\",\n    \"items\": [\n        {\n            \"name\": \"a\",\n            \"bytes\": 1099511627776\n        },\n" +
			"        {\n            \"name\": \"b<c\",\n            \"bytes\": 0,\n            \"claim\": \"ns/x\"\n        }\n    ]\n}\n"},
		{format: "yaml", want: "items:\n- bytes: 1099511627776\n  name: a\n- bytes: 0\n  claim: ns/x\n  name: b<c\nkind: ThingList\n"},
		{format: "name", want: "thing/a\nthing/b\n"},
		{format: "jsonpath={.items[*].bytes}", want: "1099511627776 0"},
		{format: "jsonpath={.items[0].nosuch}", want: ""},
		{format: "jsonpath-file=" + file, want: "ThingList"},
		{format: `go-template={{range .items}}{{.name}} {{.bytes}};{{end}}`, want: "a 1099511627776;b<c 0;"},
		{format: "custom-columns=NAME:.name,CLAIM:.claim", want: "NAME   CLAIM\na      <none>\nb<c    ns/x\n"},
		{format: "custom-columns=NAME:.name", noHeaders: true, want: "a\nb<c\n"},
		{format: "custom-columns-file=" + columns, want: "N     C\na     <none>\nb<c   ns/x\n"},
	} {
		t.Run(tc.format, func(t *testing.T) {
			m, err := NewMachine(tc.format, tc.noHeaders)
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			if err := m.Print(Streams{Out: &b}, document()); err != nil {
				t.Fatal(err)
			}
			if b.String() != tc.want {
				t.Errorf("got\n%s\nwant\n%s", b.String(), tc.want)
			}
		})
	}
}

func TestMachineRefusesFormats(t *testing.T) {
	for format, want := range map[string]string{
		"xml":                         `unknown output format "xml"`,
		"jsonpath":                    "output format jsonpath needs something after it, as in jsonpath=TEMPLATE",
		"jsonpath={.items[*":          "bad jsonpath: unterminated array",
		"go-template={{":              "bad go-template: template: output:1: unclosed action",
		"custom-columns=NAME":         `bad custom-columns: "NAME" is not of the form HEADER:PATH`,
		"custom-columns=A:{.x}}":      `bad custom-columns: "{.x}}" is no path: write e.g. .home.state`,
		"custom-columns=A:.x[":        "bad custom-columns: column A: unterminated array",
		"jsonpath-file=/no/such/file": "cannot read the template for -o jsonpath-file: open /no/such/file: no such file or directory",
	} {
		_, err := NewMachine(format, false)
		if err == nil || err.Error() != want {
			t.Errorf("NewMachine(%q): %v, want %s", format, err, want)
		}
	}
}

// A template that fails while it runs leaves one line, not the data and the template engine's debugging text.
func TestMachineTemplateFailsInOneLine(t *testing.T) {
	for format, want := range map[string]string{
		"go-template={{.items.foo.bar}}": "the go-template cannot be applied: template: output:1:8: executing \"output\" at <.items.foo.bar>: can't evaluate field foo in type interface {}",
		"jsonpath={.kind[0]}":            "the jsonpath cannot be applied: string is not array or slice",
	} {
		m, err := NewMachine(format, false)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		err = m.Print(Streams{Out: &b}, document())
		if err == nil || err.Error() != want || b.Len() > 0 {
			t.Errorf("%s: printed %q and failed with %v, want %s", format, b.String(), err, want)
		}
	}
}

func TestMachineYAMLDocumentsAreApart(t *testing.T) {
	m, err := NewMachine("yaml", false)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for range 2 {
		if err := m.Print(Streams{Out: &b}, Document{Value: item{Name: "a"}}); err != nil {
			t.Fatal(err)
		}
	}
	if want := "bytes: 0\nname: a\n---\nbytes: 0\nname: a\n"; b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestMachineFollowsPathsAgain(t *testing.T) {
	m, err := NewMachine(`jsonpath={range .items[*]}{.name}{"\n"}{end}`, false)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		var b strings.Builder
		if err := m.Print(Streams{Out: &b}, Document{Value: thing{Items: []item{{Name: "a"}, {Name: "b"}}}}); err != nil || b.String() != "a\nb\n" {
			t.Errorf("printed %q, %v", b.String(), err)
		}
	}
}

func TestMachineTemplatesAreSafeOnATerminal(t *testing.T) {
	doc := Document{Value: thing{Items: []item{{Name: "a\x1b[2Jb"}}}, Names: []string{"thing/a\x1b[2J"}}
	for format, want := range map[string]string{
		"jsonpath={.items[*].name}{\"\\n\"}": "a^[[2Jb\n",
		"name":                               "thing/a^[[2J\n",
		"json":                               `"name": "a\u001b[2Jb"`,
	} {
		m, err := NewMachine(format, false)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := m.Print(Streams{Out: &b, IsTerminal: true}, doc); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), want) || strings.Contains(b.String(), "\x1b") {
			t.Errorf("%s on a terminal printed %q, want %q", format, b.String(), want)
		}
	}
}
