// Package phrase puts Facts and Commands into words: it holds the English of everything that packages below pkg/cmd decide,
// a sentence for each code, and writes command lines so that they reach the cluster that was asked about.
package phrase

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"text/template"
	"text/template/parse"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// Phraser writes sentences and command lines. It can be used by several goroutines at once.
type Phraser struct {
	connection Connection

	mu        sync.Mutex
	sentences map[fact.Code]string
	parsed    map[fact.Code]*template.Template
}

// Connection is what was typed to reach the cluster, or the files that stand for it, as words of a shell. A command that is
// printed has to carry it: without, it would be run against whichever cluster is the default.
type Connection struct {
	Flags []string // for every command of kubectl and its plugins
	From  []string // for commands that read files as well
}

// New returns a Phraser whose commands carry a connection.
func New(c Connection) *Phraser {
	return &Phraser{connection: c, sentences: sentences(), parsed: map[fact.Code]*template.Template{}}
}

// Text is a Fact in English. Of a Fact that has no sentence, which a test forbids, it is the code with the values.
func (p *Phraser) Text(f fact.Fact) string {
	if f.IsZero() {
		return ""
	}
	t, err := p.template(f.Code)
	if err != nil {
		return f.String()
	}
	values := make(map[string]any, len(f.Values)+1)
	for name, value := range f.Values {
		switch v := value.Any().(type) {
		case fact.Fact:
			values[name] = p.Text(v)
		case []fact.Fact:
			values[name] = p.Texts(v)
		default:
			values[name] = v
		}
	}
	values["command"] = p.Line(f.Commands...)
	for i, c := range f.Commands {
		values[fmt.Sprintf("command%d", i+1)] = p.Line(c)
	}
	var b strings.Builder
	if err := t.Execute(&b, values); err != nil {
		return f.String()
	}
	return p.commandsApart(b.String(), f)
}

// commandsApart is a text without a full stop directly behind a command of the Fact or of one that it holds: who copies the command would
// copy the stop with it, as a part of its last word. A sentence of a Fact does not know whether what it ends in ends in a command.
func (p *Phraser) commandsApart(text string, f fact.Fact) string {
	for one := range f.All() {
		for _, c := range one.Commands {
			line := p.Line(c)
			if strings.HasSuffix(text, line+".") {
				text = strings.TrimSuffix(text, ".")
			}
			text = strings.ReplaceAll(text, line+". ", line+"; ")
		}
	}
	return text
}

// Texts are several Facts in English.
func (p *Phraser) Texts(facts []fact.Fact) []string {
	out := make([]string, 0, len(facts))
	for _, f := range facts {
		out = append(out, p.Text(f))
	}
	return out
}

func (p *Phraser) template(code fact.Code) (*template.Template, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t, ok := p.parsed[code]; ok {
		return t, nil
	}
	sentence, ok := p.sentences[code]
	if !ok {
		return nil, fmt.Errorf("no sentence for %s", code)
	}
	t, err := template.New(string(code)).Delims("{", "}").Option("missingkey=error").Funcs(functions()).Parse(sentence)
	if err != nil {
		return nil, err
	}
	p.parsed[code] = t
	return t, nil
}

// sentences are all sentences, by code.
func sentences() map[fact.Code]string {
	all := map[fact.Code]string{}
	for _, some := range catalogs() {
		maps.Copy(all, some)
	}
	return all
}

// Sentences are all sentences by their codes, for the test that compares them with what is told.
func Sentences() map[string]string {
	out := map[string]string{}
	for code, sentence := range sentences() {
		out[string(code)] = sentence
	}
	return out
}

// Values are the names of the values that a sentence uses. Errors are those of its template.
func Values(sentence string) ([]string, error) {
	t, err := template.New("").Delims("{", "}").Funcs(functions()).Parse(sentence)
	if err != nil {
		return nil, err
	}
	var names []string
	fields(reflect.ValueOf(t.Root), &names)
	slices.Sort(names)
	return slices.Compact(names), nil
}

// fields finds the names behind dots in a part of a template.
func fields(v reflect.Value, names *[]string) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() || v.Type() == reflect.TypeFor[*parse.Tree]() {
			return
		}
		if f, ok := reflect.TypeAssert[*parse.FieldNode](v); ok {
			*names = append(*names, f.Ident[0])
			return
		}
		fields(v.Elem(), names)
	case reflect.Slice:
		for i := range v.Len() {
			fields(v.Index(i), names)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fields(v.Field(i), names)
			}
		}
	}
}
