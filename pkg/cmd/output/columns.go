package output

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/util/jsonpath"
)

// customColumns prints chosen fields as a table, in the way of kubectl's -o custom-columns. It stands in for
// k8s.io/kubectl/pkg/cmd/get, which takes longer to start than all the rest of this program.
type customColumns struct {
	columns   []Column
	paths     []*jsonpath.JSONPath
	noHeaders bool
	// begun reports whether the header has been printed.
	begun bool
}

// parseColumns reads HEADER:PATH,HEADER:PATH..., or two lines, one of headers and one of paths.
func parseColumns(spec string, noHeaders bool) (*customColumns, error) {
	headers, paths, err := splitColumns(spec)
	if err != nil {
		return nil, err
	}
	c := &customColumns{noHeaders: noHeaders}
	for i, header := range headers {
		path, err := relaxedPath(paths[i])
		if err != nil {
			return nil, err
		}
		parser := jsonpath.New(header).AllowMissingKeys(true)
		if err := parser.Parse(path); err != nil {
			return nil, fmt.Errorf("column %s: %w", header, err)
		}
		c.columns = append(c.columns, Column{Name: header})
		c.paths = append(c.paths, parser)
	}
	return c, nil
}

func splitColumns(spec string) (headers, paths []string, err error) {
	if first, second, lines := strings.Cut(strings.TrimSpace(spec), "\n"); lines {
		headers, paths = strings.Fields(first), strings.Fields(second)
		if len(headers) != len(paths) {
			return nil, nil, fmt.Errorf("%d headers and %d paths", len(headers), len(paths))
		}
		return headers, paths, nil
	}
	for part := range strings.SplitSeq(spec, ",") {
		header, path, ok := strings.Cut(part, ":")
		if !ok {
			return nil, nil, fmt.Errorf("%q is not of the form HEADER:PATH", part)
		}
		headers, paths = append(headers, header), append(paths, path)
	}
	return headers, paths, nil
}

// relaxedPath makes a JSONPath of one without braces or leading dot, as kubectl does.
func relaxedPath(path string) (string, error) {
	parts := regexp.MustCompile(`^\{\.?([^{}]+)\}$|^\.?([^{}]+)$`).FindStringSubmatch(path)
	if parts == nil {
		return "", fmt.Errorf("%q is no path: write e.g. .home.state", path)
	}
	return "{." + parts[1] + parts[2] + "}", nil
}

// PrintObj implements printers.ResourcePrinter for unstructured objects and lists of them.
func (c *customColumns) PrintObj(obj runtime.Object, w io.Writer) error {
	var rows [][]Cell
	add := func(content map[string]any) error {
		row, err := c.row(content)
		rows = append(rows, row)
		return err
	}
	switch o := obj.(type) {
	case *unstructured.UnstructuredList:
		for i := range o.Items {
			if err := add(o.Items[i].Object); err != nil {
				return err
			}
		}
	case *unstructured.Unstructured:
		if err := add(o.Object); err != nil {
			return err
		}
	default:
		return errors.New("not an unstructured object")
	}
	t := Table{Columns: c.columns, Rows: slices.Values(rows), NoHeaders: c.noHeaders || c.begun}
	c.begun = true
	return t.Write(Streams{Out: w})
}

func (c *customColumns) row(content map[string]any) ([]Cell, error) {
	row := make([]Cell, 0, len(c.paths))
	for _, path := range c.paths {
		found, err := path.FindResults(content)
		if err != nil {
			return nil, err
		}
		var values []string
		for _, v := range slices.Concat(found...) {
			values = append(values, fieldText(v))
		}
		row = append(row, Cell{Text: strings.Join(values, ",")})
	}
	return row, nil
}

func fieldText(v reflect.Value) string {
	if !v.IsValid() || !v.CanInterface() {
		return ""
	}
	return fmt.Sprint(v.Interface())
}
