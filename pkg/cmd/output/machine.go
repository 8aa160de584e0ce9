package output

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/cli-runtime/pkg/printers"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
)

// Document is one answer for programs.
type Document struct {
	// Value is of a contract type: what JSON and YAML show, and what templates and paths run over.
	Value any
	// Names are what -o name prints, e.g. "persistentvolume/x".
	Names []string
	// Phrase writes the texts of the Facts and Commands in Value, if set. Those that are to be written must be within reach
	// of a pointer or a slice.
	Phrase *phrase.Phraser
}

// Machine prints Documents in one of the formats for programs.
type Machine struct {
	format string
	// template is what was typed after the format.
	template string
	// printer is set for the formats that run over the generic form of the document.
	printer printers.ResourcePrinter
	// printed reports whether a document came before: YAML needs a mark between two.
	printed bool
}

// NewMachine returns the printer for what was typed after -o. An error says what is wrong with it.
func NewMachine(format string, noHeaders bool) (*Machine, error) {
	switch format {
	case "json", "yaml", "name":
		return &Machine{format: format}, nil
	}
	kind, arg, hasArg := strings.Cut(format, "=")
	build, known := templatePrinters(noHeaders)[strings.TrimSuffix(kind, "-file")]
	if !known {
		return nil, fmt.Errorf("unknown output format %q", format)
	}
	if !hasArg || arg == "" {
		return nil, fmt.Errorf("output format %s needs something after it, as in %s=TEMPLATE", kind, kind)
	}
	if strings.HasSuffix(kind, "-file") {
		content, err := os.ReadFile(arg)
		if err != nil {
			return nil, fmt.Errorf("cannot read the template for -o %s: %w", kind, err)
		}
		arg = string(content)
	}
	printer, err := build(arg)
	if err != nil {
		return nil, fmt.Errorf("bad %s: %w", kind, err)
	}
	return &Machine{format: kind, template: arg, printer: printer}, nil
}

func templatePrinters(noHeaders bool) map[string]func(string) (printers.ResourcePrinter, error) {
	return map[string]func(string) (printers.ResourcePrinter, error){
		"jsonpath": parsePath,
		"go-template": func(arg string) (printers.ResourcePrinter, error) {
			return printers.NewGoTemplatePrinter([]byte(arg))
		},
		"custom-columns": func(arg string) (printers.ResourcePrinter, error) {
			return parseColumns(arg, noHeaders)
		},
	}
}

// parsePath reads a JSONPath. One with a range can be followed only once, so it is read again for each document.
func parsePath(arg string) (printers.ResourcePrinter, error) {
	if _, err := printers.NewJSONPathPrinter(arg); err != nil {
		return nil, err
	}
	return printers.ResourcePrinterFunc(func(obj runtime.Object, w io.Writer) error {
		p, err := printers.NewJSONPathPrinter(arg)
		if err != nil {
			return err
		}
		p.AllowMissingKeys(true) // as kubectl does unless told otherwise
		return p.PrintObj(obj, w)
	}), nil
}

// Streamed is the Value of a Document that may be too large to be written as a whole. Its texts are written already, or as it
// goes.
type Streamed interface {
	// WriteJSON writes what JSON is of Whole, piece by piece.
	WriteJSON(s Streams) error
	// WriteYAML writes what YAML is of Whole, piece by piece.
	WriteYAML(s Streams) error
	// Whole is what templates and paths run over.
	Whole() any
}

// Print prints one document. On a terminal, what a template made of strings from the cluster is made safe.
func (m *Machine) Print(s Streams, d Document) error {
	if m.format == "name" {
		return printNames(s.Out, d.Names)
	}
	if v, ok := d.Value.(Streamed); ok {
		return m.stream(s, v)
	}
	if d.Phrase != nil {
		d.Phrase.Complete(d.Value)
	}
	switch m.format {
	case "json":
		return printJSON(s, d.Value)
	case "yaml":
		return m.yaml(s, d.Value)
	}
	return m.apply(s, d.Value)
}

func (m *Machine) stream(s Streams, v Streamed) error {
	switch m.format {
	case "json":
		return v.WriteJSON(s)
	case "yaml":
		if err := m.separate(s); err != nil {
			return err
		}
		return v.WriteYAML(s)
	}
	return m.apply(s, v.Whole())
}

// printJSON escapes on a terminal what could act on it. The strings that a parser reads stay the same.
func printJSON(s Streams, value any) error {
	w := s.Out
	var b strings.Builder
	if s.IsTerminal {
		w = &b
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "    ")
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil || !s.IsTerminal {
		return err
	}
	_, err := io.WriteString(s.Out, CleanJSON(b.String()))
	return err
}

func (m *Machine) yaml(s Streams, value any) error {
	data, err := yaml.Marshal(value)
	if err != nil {
		return fmt.Errorf("cannot write YAML: %w", err)
	}
	if err := m.separate(s); err != nil {
		return err
	}
	return WriteText(s, string(data))
}

// separate writes the mark between two documents of YAML.
func (m *Machine) separate(s Streams) error {
	if !m.printed {
		m.printed = true
		return nil
	}
	return WriteText(s, "---\n")
}

// WriteText writes text of several lines as it is. On a terminal, what could act on that is written out, since the text
// may hold strings from the cluster.
func WriteText(s Streams, text string) error {
	if s.IsTerminal {
		text = CleanText(text)
	}
	_, err := io.WriteString(s.Out, text)
	return err
}

func printNames(w io.Writer, names []string) error {
	var b strings.Builder
	for _, name := range names {
		b.WriteString(Clean(name))
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// apply runs the document through a printer of kubectl. Those write what they had and much debugging text when
// a template fails; only the first line of the reason is kept, and nothing else printed.
func (m *Machine) apply(s Streams, value any) error {
	obj, err := generic(value)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := m.printer.PrintObj(obj, &b); err != nil {
		return fmt.Errorf("the %s cannot be applied: %w", m.format, m.reason(err))
	}
	return WriteText(s, b.String())
}

// reason is the part of a template printer's error that says what is wrong.
func (m *Machine) reason(err error) error {
	text := strings.TrimPrefix(err.Error(), fmt.Sprintf("error executing template %q: ", m.template))
	if _, after, ok := strings.Cut(text, "Error executing template: "); ok {
		text = after
	}
	text, _, _ = strings.Cut(text, ". Printing more information")
	text, _, _ = strings.Cut(text, "\n")
	return errors.New(text)
}

// generic is the document as unstructured data: a list if it has items. Whole numbers stay whole.
func generic(value any) (runtime.Object, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("cannot write JSON: %w", err)
	}
	content := map[string]any{}
	if err := utiljson.Unmarshal(data, &content); err != nil {
		return nil, fmt.Errorf("cannot read our own JSON: %w", err)
	}
	items, ok := content["items"].([]any)
	if !ok {
		return &unstructured.Unstructured{Object: content}, nil
	}
	list := &unstructured.UnstructuredList{Object: content}
	for _, item := range items {
		if fields, ok := item.(map[string]any); ok {
			list.Items = append(list.Items, unstructured.Unstructured{Object: fields})
		}
	}
	return list, nil
}
