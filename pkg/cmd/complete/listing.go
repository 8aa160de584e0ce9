package complete

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
)

// completionLimit is how long a person at a prompt is kept waiting for names, process starts not counted. What is
// not there by then is not offered.
const completionLimit = 800 * time.Millisecond

// tables asks for what kubectl get prints, of which a row is a tenth of the object or less.
const tables = "application/json;as=Table;g=meta.k8s.io;v=v1"

// Listing is a list of names to choose from.
type Listing struct {
	// path is that of the list in the API, empty for no list at all.
	path string
	// fields is a field selector.
	fields string
	// keep tells by its status whether an object is offered; nil: all are.
	keep func(status string) bool
	// describe names the columns that say what a candidate is.
	describe []string
}

func namespaces() Listing { return Listing{path: "/api/v1/namespaces"} }

// Volumes lists the volumes that are in one of the phases, or in any.
func Volumes(phases ...string) Listing {
	return Listing{path: "/api/v1/persistentvolumes", keep: inPhase(phases), describe: []string{"Status", "Capacity", "StorageClass", "Claim"}}
}

// Claims lists the claims of a namespace that are in one of the phases, or in any.
func Claims(namespace string, phases ...string) Listing {
	return Listing{path: inNamespace("/api/v1", namespace, "persistentvolumeclaims"), keep: inPhase(phases), describe: []string{"Status", "Volume"}}
}

// PendingPods are chosen by the server: the status that is printed is another word for many of them.
func PendingPods(namespace string) Listing {
	return Listing{path: inNamespace("/api/v1", namespace, "pods"), fields: "status.phase=Pending"}
}

// Objects lists the objects of a resource, in version v1 of its group, in a namespace.
func Objects(group, namespace, resource string) Listing {
	if group == "" {
		return Listing{path: inNamespace("/api/v1", namespace, resource)}
	}
	return Listing{path: inNamespace("/apis/"+group+"/v1", namespace, resource)}
}

func inNamespace(api, namespace, resource string) string {
	if namespace == "" {
		return ""
	}
	return api + "/namespaces/" + url.PathEscape(namespace) + "/" + resource
}

func inPhase(phases []string) func(string) bool {
	if len(phases) == 0 {
		return AnyStatus
	}
	return func(status string) bool { return slices.Contains(phases, status) }
}

// Read returns the names in a listing with their descriptions, sorted, or nothing if anything goes wrong or takes too
// long: whoever presses the tab key in the middle of a line has no use for an error.
func (n *Names) Read(c *cobra.Command, l Listing) []string {
	if from := c.Flags().Lookup("from"); l.path == "" || from != nil && from.Changed {
		return nil
	}
	ctx, cancel := context.WithTimeout(c.Context(), completionLimit)
	defer cancel()
	answer := make(chan []string, 1) // a program that gets credentials for the kubeconfig does not listen to the context
	go func() { answer <- n.ask(ctx, l) }()
	select {
	case names := <-answer:
		return names
	case <-ctx.Done():
		return nil
	}
}

// ask reads a listing as kubectl get would show it, from the memory of the API server (resourceVersion=0).
func (n *Names) ask(ctx context.Context, l Listing) []string {
	config, err := n.app.RestConfig()
	if err != nil {
		return nil
	}
	config.WarningHandler = rest.NoWarnings{}
	config.NegotiatedSerializer = scheme.Codecs.WithoutConversion()
	client, err := rest.UnversionedRESTClientFor(config)
	if err != nil {
		return nil
	}
	request := client.Get().AbsPath(l.path).SetHeader("Accept", tables).Param("resourceVersion", "0").Param("includeObject", string(metav1.IncludeNone))
	if l.fields != "" {
		request = request.Param("fieldSelector", l.fields)
	}
	body, err := request.Do(ctx).Raw()
	if err != nil {
		return nil
	}
	var t nameTable
	if err := json.Unmarshal(body, &t); err != nil {
		return nil
	}
	return t.names(l)
}

// nameTable is what is needed of a metav1.Table.
type nameTable struct {
	Columns []struct {
		Name string `json:"name"`
	} `json:"columnDefinitions"`
	Rows []struct {
		Cells []any `json:"cells"`
	} `json:"rows"`
}

func (t nameTable) names(l Listing) []string {
	name, status := t.column("Name"), t.column("Status")
	var describe []int
	for _, column := range l.describe {
		describe = append(describe, t.column(column))
	}
	var out []string
	for _, row := range t.Rows {
		if l.keep != nil && !l.keep(text(row.Cells, status)) || text(row.Cells, name) == "" {
			continue
		}
		var description []string
		for _, column := range describe {
			if s := text(row.Cells, column); s != "" {
				description = append(description, s)
			}
		}
		out = append(out, strings.TrimSuffix(text(row.Cells, name)+"\t"+strings.Join(description, ", "), "\t"))
	}
	slices.Sort(out)
	return out
}

// column is the place of a column, -1 if there is none.
func (t nameTable) column(name string) int {
	for i, c := range t.Columns {
		if c.Name == name {
			return i
		}
	}
	return -1
}

// text is a cell in words, empty if it is not there or holds nothing.
func text(cells []any, at int) string {
	if at < 0 || at >= len(cells) || cells[at] == nil || cells[at] == "<none>" {
		return ""
	}
	return fmt.Sprint(cells[at])
}
