package cmd

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

// listing is a list of names to choose from.
type listing struct {
	// path is that of the list in the API, empty for no list at all.
	path string
	// fields is a field selector.
	fields string
	// keep tells by its status whether an object is offered; nil: all are.
	keep func(status string) bool
	// describe names the columns that say what a candidate is.
	describe []string
}

func namespaces() listing     { return listing{path: "/api/v1/namespaces"} }
func storageClasses() listing { return listing{path: "/apis/storage.k8s.io/v1/storageclasses"} }

func nodes(status func(string) bool) listing {
	return listing{path: "/api/v1/nodes", keep: status, describe: []string{"Status"}}
}

// anyStatus keeps all; silentNode and answeringNode choose Nodes by the status that kubectl get prints.
func anyStatus(string) bool { return true }
func silentNode(status string) bool {
	return strings.HasPrefix(status, "NotReady") || strings.HasPrefix(status, "Unknown")
}
func answeringNode(status string) bool { return !silentNode(status) }

func volumes(phases ...string) listing {
	return listing{path: "/api/v1/persistentvolumes", keep: inPhase(phases), describe: []string{"Status", "Capacity", "StorageClass", "Claim"}}
}

func claims(namespace string, phases ...string) listing {
	return listing{path: inNamespace("/api/v1", namespace, "persistentvolumeclaims"), keep: inPhase(phases), describe: []string{"Status", "Volume"}}
}

// pendingPods are chosen by the server: the status that is printed is another word for many of them.
func pendingPods(namespace string) listing {
	return listing{path: inNamespace("/api/v1", namespace, "pods"), fields: "status.phase=Pending"}
}

// ofKind lists what why-pending can be asked about: of Pods those that are Pending, of the others all.
func ofKind(kind targetKind, namespace string) listing {
	switch {
	case kind.kind == "":
		return listing{}
	case kind.kind == kindPod:
		return pendingPods(namespace)
	case kind.group == "":
		return listing{path: inNamespace("/api/v1", namespace, kind.words[len(kind.words)-1])}
	}
	return listing{path: inNamespace("/apis/"+kind.group+"/v1", namespace, kind.words[1])}
}

func inNamespace(api, namespace, resource string) string {
	if namespace == "" {
		return ""
	}
	return api + "/namespaces/" + url.PathEscape(namespace) + "/" + resource
}

func inPhase(phases []string) func(string) bool {
	if len(phases) == 0 {
		return anyStatus
	}
	return func(status string) bool { return slices.Contains(phases, status) }
}

// read returns the names in a listing with their descriptions, sorted, or nothing if anything goes wrong or takes too
// long: whoever presses the tab key in the middle of a line has no use for an error.
func (n *nameLister) read(c *cobra.Command, l listing) []string {
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
func (n *nameLister) ask(ctx context.Context, l listing) []string {
	config, err := n.app.restConfig()
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

func (t nameTable) names(l listing) []string {
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
