package live

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/sets"
	apirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/client-go/kubernetes/scheme"
)

// Request is one request of the plugin, as the proxy saw it.
type Request struct {
	// N counts the requests of one process from 1, Write those that change something; it is 0 for those that do not.
	N, Write int
	// Verb is that of RBAC: get, list, watch, create, patch, delete...
	Verb, Resource, Namespace, Name string
	// Object is what a create holds.
	Object runtime.Object
	// Patch is what a patch holds, as JSON.
	Patch string
	// Delete is what a delete holds.
	Delete *metav1.DeleteOptions
	// DryRun is set if the server is asked to change nothing.
	DryRun bool
	// Status is the HTTP status that the server answered with, 0 if it was not asked or has not answered yet.
	Status int
	// Fault is what the plugin was told instead.
	Fault Fault

	body []byte
}

// Applied reports whether the server took a write.
func (r *Request) Applied() bool { return r.Write > 0 && r.Status >= 200 && r.Status < 300 }

// String is the verb and the object: "patch persistentvolumes/local-pv-0".
func (r *Request) String() string {
	text := r.Verb + " " + r.Resource
	if r.Namespace != "" && r.Resource != "events" {
		text += "/" + r.Namespace
	}
	if r.Name != "" {
		text += "/" + r.Name
	}
	return text
}

// DryRun is at the end of the kind of a request that asks the server to change nothing.
const DryRun = " (dry run)"

// KindOf is a request without the names that change from scene to scene, and with what sets one apart that changes nothing.
func (s *Scene) KindOf(r *Request) string {
	kind := s.Relative(r.String())
	if r.Resource == "pods" || r.Resource == "pods/eviction" {
		kind = strings.TrimSuffix(kind, "/"+r.Name)
	}
	if r.DryRun {
		kind += DryRun
	}
	return kind
}

// readRequest understands a request. Asking what one may do and who one is changes nothing, though it is a POST.
func readRequest(r *http.Request, body []byte) (*Request, error) {
	factory := apirequest.RequestInfoFactory{APIPrefixes: sets.NewString("api", "apis"), GrouplessAPIPrefixes: sets.NewString("api")}
	info, err := factory.NewRequestInfo(r)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", r.Method, r.URL.Path, err)
	}
	out := &Request{Verb: info.Verb, Resource: info.Resource, Namespace: info.Namespace, Name: info.Name, body: body, DryRun: r.URL.Query().Has("dryRun")}
	if info.Subresource != "" {
		out.Resource += "/" + info.Subresource
	}
	if err := out.decode(); err != nil {
		return nil, err
	}
	return out, nil
}

// changes reports whether a request may change something.
func (r *Request) changes() bool {
	switch r.Verb {
	case "get", "list", "watch":
		return false
	}
	return !strings.HasPrefix(r.Resource, "selfsubject") && !r.DryRun
}

func (r *Request) decode() error {
	switch r.Verb {
	case "patch":
		r.Patch = string(r.body)
		return nil
	case "create", "update", "delete", "deletecollection":
	default:
		return nil
	}
	if len(r.body) == 0 {
		return nil
	}
	object, _, err := scheme.Codecs.UniversalDeserializer().Decode(r.body, nil, nil)
	if err != nil {
		return fmt.Errorf("what %s holds cannot be read: %w", r, err)
	}
	if options, ok := object.(*metav1.DeleteOptions); ok {
		r.Delete = options
		r.DryRun = r.DryRun || len(options.DryRun) > 0
		return nil
	}
	if eviction, ok := object.(*policyv1.Eviction); ok && eviction.DeleteOptions != nil {
		r.DryRun = r.DryRun || len(eviction.DeleteOptions.DryRun) > 0
	}
	r.Object = object
	return nil
}

// PatchValue returns what a JSON patch does at a path, or what a merge patch holds there, nil if nothing.
func (r *Request) PatchValue(op, path string) any {
	var ops []struct {
		Op, Path string
		Value    any
	}
	if json.Unmarshal([]byte(r.Patch), &ops) == nil {
		for _, o := range ops {
			if o.Op == op && o.Path == path {
				return o.Value
			}
		}
		return nil
	}
	var tree any
	if json.Unmarshal([]byte(r.Patch), &tree) != nil {
		return nil
	}
	for key := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		branch, ok := tree.(map[string]any)
		if !ok {
			return nil
		}
		tree = branch[key]
	}
	return tree
}
