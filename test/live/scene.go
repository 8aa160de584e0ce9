package live

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/utils/ptr"
)

// sceneLabel marks what a scene has outside of its namespace.
const sceneLabel = "localpv.dev/scene"

// Scene is the part of a Cluster that one test has for itself.
type Scene struct {
	// Name is the name of the namespace and of the storage class, and the beginning of the names of volumes.
	Name    string
	Cluster *Cluster

	// NodeSelector is that of all Pods of the scene, so that they keep to its own Nodes. A test sets it before it makes any.
	NodeSelector map[string]string
	// MadeUp are the beginnings of names that controllers make up for what they create. State leaves the rest of them out.
	MadeUp []string

	t       testing.TB
	dir     string
	witness *witness

	// begun is closed when the plugin first waits for something, or is killed. What plays the part of others beside it waits for
	// that, so that test and plugin see the scene as it was laid out.
	begun chan struct{}
	begin sync.Once

	mu sync.Mutex
	// claims are those that the scene is known to have had; losing the manifest of one is a failure.
	claims map[types.UID]*corev1.PersistentVolumeClaim
	labels uidLabels
}

// Scene opens a corner of the Cluster: a namespace and a class of volumes that are bound to the first consumer's claim. What
// it holds is deleted when the test ends.
func (l *Cluster) Scene(t testing.TB, name string) *Scene {
	t.Helper()
	s := &Scene{
		Name: fmt.Sprintf("%s-%04d", name, l.scenes.Add(1)), Cluster: l, t: t, dir: t.TempDir(),
		begun: make(chan struct{}), claims: map[types.UID]*corev1.PersistentVolumeClaim{}, labels: newUIDLabels(),
	}
	ctx := s.Context()
	s.must(l.CreateNamespace(ctx, s.Name))
	_, err := s.client().StorageV1().StorageClasses().Create(ctx, &storagev1.StorageClass{
		ObjectMeta:  metav1.ObjectMeta{Name: s.Name, Labels: map[string]string{sceneLabel: s.Name}},
		Provisioner: "kubernetes.io/no-provisioner", VolumeBindingMode: ptr.To(storagev1.VolumeBindingWaitForFirstConsumer),
	}, metav1.CreateOptions{})
	s.must(err)
	t.Cleanup(s.clear)
	s.watch()
	return s
}

// Relative is a text in which the scene is called "scene".
func (s *Scene) Relative(text string) string { return strings.ReplaceAll(text, s.Name, "scene") }

// Context ends with the test or when patience does.
func (s *Scene) Context() context.Context {
	s.t.Helper()
	ctx, cancel := context.WithTimeoutCause(s.t.Context(), patience, fmt.Errorf("nothing of the kind within %s", patience))
	s.t.Cleanup(cancel)
	return ctx
}

// Fail ends the test because something around it went wrong.
func (s *Scene) Fail(why any) {
	s.t.Helper()
	s.t.Fatalf("%s: %v", s.Name, why)
}

// must ends the test if err is set.
func (s *Scene) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("%s: %v", s.Name, err)
	}
}

func (s *Scene) client() kubernetes.Interface { return s.Cluster.Client() }

// file is a path in the scene's own directory.
func (s *Scene) file(name string) string { return filepath.Join(s.dir, name) }

// clear deletes what the scene has, owners first. The empty namespace stays: deleting it costs more than it takes.
func (s *Scene) clear() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	now := metav1.DeleteOptions{GracePeriodSeconds: ptr.To(int64(0)), PropagationPolicy: ptr.To(metav1.DeletePropagationBackground)}
	all, mine := metav1.ListOptions{}, metav1.ListOptions{LabelSelector: sceneLabel + "=" + s.Name}
	c := s.client()
	err := errors.Join(
		c.AppsV1().StatefulSets(s.Name).DeleteCollection(ctx, now, all),
		c.AppsV1().Deployments(s.Name).DeleteCollection(ctx, now, all),
		c.AppsV1().DaemonSets(s.Name).DeleteCollection(ctx, now, all),
		c.BatchV1().Jobs(s.Name).DeleteCollection(ctx, now, all),
		c.AppsV1().ReplicaSets(s.Name).DeleteCollection(ctx, now, all),
		c.CoreV1().Pods(s.Name).DeleteCollection(ctx, now, all),
		c.CoreV1().PersistentVolumeClaims(s.Name).DeleteCollection(ctx, now, all),
		c.CoreV1().PersistentVolumes().DeleteCollection(ctx, now, mine),
		c.StorageV1().StorageClasses().DeleteCollection(ctx, now, mine),
		c.CoreV1().Nodes().DeleteCollection(ctx, now, mine),
		c.RbacV1().ClusterRoleBindings().DeleteCollection(ctx, now, mine),
		c.RbacV1().ClusterRoles().DeleteCollection(ctx, now, mine),
	)
	if err != nil && !apierrors.IsNotFound(err) {
		s.t.Errorf("%s: clearing up: %v", s.Name, err)
	}
}
