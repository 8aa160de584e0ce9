package controlplane

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/dynamic"
)

// fieldManager owns what Apply sets.
const fieldManager = "localpv-controlplane"

// Apply creates or updates the objects of YAML or JSON documents by server-side apply, in order. Objects without a
// namespace go to default. After a Namespace it waits until Pods can be created there.
func (c *Cluster) Apply(ctx context.Context, manifests ...string) error {
	for _, manifest := range manifests {
		objects, err := decode([]byte(manifest))
		if err != nil {
			return err
		}
		for _, object := range objects {
			if err := c.apply(ctx, object); err != nil {
				return err
			}
		}
	}
	return nil
}

// ApplyDir applies every .yaml file of a directory, by name.
func (c *Cluster) ApplyDir(ctx context.Context, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil || len(files) == 0 {
		return errors.Join(fmt.Errorf("no manifests in %s", dir), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("read the manifests: %w", err)
		}
		if err := c.Apply(ctx, string(data)); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

func decode(manifest []byte) ([]*unstructured.Unstructured, error) {
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(manifest), 4096)
	var objects []*unstructured.Unstructured
	for {
		object := &unstructured.Unstructured{}
		switch err := decoder.Decode(&object.Object); {
		case errors.Is(err, io.EOF):
			return objects, nil
		case err != nil:
			return nil, fmt.Errorf("read document %d of the manifest: %w", len(objects)+1, err)
		case len(object.Object) > 0: // not just a comment between two separators
			objects = append(objects, object)
		}
	}
}

func (c *Cluster) apply(ctx context.Context, object *unstructured.Unstructured) error {
	what := object.GetKind() + " " + object.GetName()
	resource, err := c.resourceOf(object)
	if err != nil {
		return fmt.Errorf("apply %s: %w", what, err)
	}
	data, err := json.Marshal(object)
	if err != nil {
		return fmt.Errorf("apply %s: %w", what, err)
	}
	force := true
	_, err = resource.Patch(ctx, object.GetName(), types.ApplyPatchType, data, metav1.PatchOptions{FieldManager: fieldManager, Force: &force})
	if err != nil {
		return fmt.Errorf("apply %s: %w", what, err)
	}
	if object.GroupVersionKind() == corev1.SchemeGroupVersion.WithKind("Namespace") {
		return c.waitNamespace(ctx, object.GetName())
	}
	return nil
}

// resourceOf finds the endpoint of an object; a kind that is not known may have been defined a moment ago.
func (c *Cluster) resourceOf(object *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	gvk := object.GroupVersionKind()
	mapping, err := c.mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	if meta.IsNoMatchError(err) {
		c.mapper.Reset()
		mapping, err = c.mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	}
	if err != nil {
		return nil, err
	}
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return c.dynamic.Resource(mapping.Resource), nil
	}
	namespace := object.GetNamespace()
	if namespace == "" {
		namespace = metav1.NamespaceDefault
	}
	return c.dynamic.Resource(mapping.Resource).Namespace(namespace), nil
}

// CreateNamespace creates a namespace and returns when Pods can be created there.
func (c *Cluster) CreateNamespace(ctx context.Context, name string) error {
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if _, err := c.client.CoreV1().Namespaces().Create(ctx, namespace, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("create the namespace %s: %w", name, err)
	}
	return c.waitNamespace(ctx, name)
}

// waitNamespace waits for the ServiceAccount without which the API server refuses Pods.
func (c *Cluster) waitNamespace(ctx context.Context, name string) error {
	_, err := WaitFor(ctx, c.client.CoreV1().ServiceAccounts(name), "default", func(account *corev1.ServiceAccount) (bool, string) {
		return account != nil, absent
	})
	return err
}
