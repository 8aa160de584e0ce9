package recover

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

func storage(size string) corev1.ResourceList {
	return corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(size)}
}

func sized(size string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) { v.Spec.Capacity = storage(size) }
}

// otherPaths are those of Deployments, ReplicaSets, Jobs, operators and of nobody.
func otherPaths() []path {
	return []path{
		{Name: "deployment", Lay: then((*scene).deployment, (*scene).gone), Args: recovering("files"), Settle: func(s *scene) { s.WaitDeployment("web") }},
		{Name: "deployment dies", Lay: then((*scene).deployment, (*scene).dies), Args: recovering("files"), Settle: func(s *scene) { s.WaitDeployment("web") }},
		{Name: "replicaset", Lay: func(s *scene) {
			s.held("files", "n1")
			s.Claim("files")
			s.replicaSet("web", 2, "files")
			s.free("n0-free")
			s.gone()
		}, Args: recovering("files"), Settle: func(s *scene) { s.WaitPods("web", 2) }},
		{Name: "job", Lay: func(s *scene) {
			s.held("files", "n1")
			s.Claim("files")
			s.job("sum", "files")
			s.free("n0-free")
			s.gone()
		}, Args: recovering("files"), Settle: (*scene).finishJob},
		{Name: "operator", Lay: func(s *scene) {
			s.operator("pg", "n0", "n1", "n2")
			s.free("n3-free")
			s.gone()
		}, Args: recovering(), Settle: func(s *scene) { s.WaitPods("pg", 3) }},
	}
}

// deployment is one Pod with a claim of its own, on n1.
func (s *scene) deployment() {
	s.held("files", "n1")
	s.Claim("files")
	s.Deployment("web", "files")
	s.WaitDeployment("web")
	s.free("n0-free")
}

func (s *scene) replicaSet(name string, replicas int32, claim string) {
	labels := map[string]string{"app": name}
	rs := &appsv1.ReplicaSet{ObjectMeta: metav1.ObjectMeta{Namespace: s.Name, Name: name}, Spec: appsv1.ReplicaSetSpec{
		Replicas: &replicas, Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: corev1.PodTemplateSpec{Spec: s.NewPod("", claim).Spec},
	}}
	rs.Spec.Template.Labels = labels
	if _, err := cluster.Client().AppsV1().ReplicaSets(s.Name).Create(s.Context(), rs, metav1.CreateOptions{}); err != nil {
		s.Fail(err)
	}
	s.WaitPods(name, int(replicas))
}

// job is one whose Pod does not end until finishJob lets it.
func (s *scene) job(name, claim string) {
	j := &batchv1.Job{ObjectMeta: metav1.ObjectMeta{Namespace: s.Name, Name: name}, Spec: batchv1.JobSpec{
		BackoffLimit: ptr.To(int32(9)), Template: corev1.PodTemplateSpec{Spec: s.NewPod("", claim).Spec},
	}}
	j.Spec.Template.Spec.RestartPolicy = corev1.RestartPolicyNever
	j.Spec.Template.Labels = map[string]string{"app": name}
	j.Spec.Template.Annotations = map[string]string{controlplane.WaitingAnnotation: "for its end"}
	if _, err := cluster.Client().BatchV1().Jobs(s.Name).Create(s.Context(), j, metav1.CreateOptions{}); err != nil {
		s.Fail(err)
	}
	s.waitPlaced(name)
}

// waitPlaced waits until an application has a Pod that has a node and is not about to end, and returns it.
func (s *scene) waitPlaced(app string) *corev1.Pod {
	s.t.Helper()
	var found *corev1.Pod
	err := controlplane.WaitForAll(s.Context(), cluster.Client().CoreV1().Pods(s.Name), "of "+app, metav1.ListOptions{LabelSelector: "app=" + app}, func(pods []*corev1.Pod) (bool, string) {
		for _, p := range pods {
			if p.Spec.NodeName != "" && p.DeletionTimestamp == nil {
				found = p
			}
		}
		return found != nil, "none has a node"
	})
	if err != nil {
		s.Fail(err)
	}
	return found
}

func (s *scene) finishJob() {
	s.t.Helper()
	p := s.waitPlaced("sum")
	if p.Spec.NodeName != s.node("n0") {
		s.t.Errorf("the Pod of the Job is on %s", p.Spec.NodeName)
	}
	s.patchPod(p.Name, map[string]any{controlplane.WaitingAnnotation: nil})
	_, err := controlplane.WaitFor(s.Context(), cluster.Client().BatchV1().Jobs(s.Name), "sum", func(j *batchv1.Job) (bool, string) {
		return j != nil && j.Status.Succeeded == 1, "it has not succeeded"
	})
	if err != nil {
		s.Fail(err)
	}
}

// operator keeps three Pods that belong to an object of its own, each with a claim, until the test ends: it makes a Pod, and its
// claim if that is missing, whenever the Pod is gone. It does not look at claims otherwise.
func (s *scene) operator(name string, nodes ...string) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	owner, err := cluster.Client().CoreV1().ConfigMaps(s.Name).Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	if err != nil {
		s.Fail(err)
	}
	done := make(chan error, len(nodes))
	for i, n := range nodes {
		member := name + "-" + string(rune('0'+i))
		s.held(member, n)
		go func() { done <- s.operate(ctx, owner, member) }()
	}
	s.t.Cleanup(func() {
		cancel()
		for range nodes {
			if err := <-done; err != nil {
				s.t.Errorf("%s: the operator: %v", s.Name, err)
			}
		}
	})
	s.WaitPods(name, len(nodes))
}

// ownedBy is how what an operator creates belongs to its object: only then its claims are known to be its own.
func ownedBy(owner *corev1.ConfigMap) []metav1.OwnerReference {
	return []metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: owner.Name, UID: owner.UID, Controller: ptr.To(true)}}
}

func (s *scene) operate(ctx context.Context, owner *corev1.ConfigMap, member string) error {
	pods, claims := cluster.Client().CoreV1().Pods(s.Name), cluster.Client().CoreV1().PersistentVolumeClaims(s.Name)
	for {
		if _, err := controlplane.WaitFor(ctx, pods, member, controlplane.Gone[*corev1.Pod]("")); err != nil {
			return unlessOver(ctx, err)
		}
		c := s.NewClaim(member)
		c.OwnerReferences = ownedBy(owner)
		if _, err := claims.Create(ctx, c, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
			return unlessOver(ctx, err)
		}
		p := s.NewPod(member, member)
		p.Labels = map[string]string{"app": owner.Name}
		p.OwnerReferences = ownedBy(owner)
		if _, err := pods.Create(ctx, p, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
			return unlessOver(ctx, err)
		}
	}
}

func unlessOver(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil //nolint:nilerr // the scene is over
	}
	return err
}

// TestBarePod keeps the manifest of a Pod that no controller recreates, so that kubectl create can.
func TestBarePod(t *testing.T) {
	t.Parallel()
	s := open(t, "bare", "n0", "n1", "n2")
	s.held("files", "n1")
	s.Claim("files")
	for _, name := range []string{"tool", "other"} {
		s.Pod(name, "files")
		s.WaitPod(name, controlplane.PodReady)
	}
	s.free("n0-free")
	s.vanish("n1")
	r := s.run(s.command([]string{"n1"}, s.accept("files")...))
	if r.Exit != 0 || !strings.Contains(r.Err+r.Out, "deleted-pod") {
		t.Fatal(r)
	}
	v := s.GetVolume("n1-files")
	var list struct{ Items []*corev1.Pod }
	if err := json.Unmarshal([]byte(v.Annotations["localpv.dev/deleted-pod"]), &list); err != nil || len(list.Items) != 2 {
		t.Fatalf("%d Pods were saved: %v", len(list.Items), err)
	}
	for _, p := range list.Items {
		if _, err := cluster.Client().CoreV1().Pods(s.Name).Create(s.Context(), p, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		s.WaitPod(p.Name, controlplane.PodReady)
	}
	s.asPlanned(r)
}

// TestLeftAlone recovers nodes on which there is nothing to recover.
func TestLeftAlone(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		set  func(s *scene)
		exit int
		says string
		// drops are Pods that may be deleted all the same.
		drops int
	}{
		"daemonset": {func(s *scene) {
			s.held("files", "n1")
			s.Claim("files")
			s.daemonSet("agent", "n1", "files")
		}, 0, "a Pod of a DaemonSet does not move", 0},
		"no-consumer": {func(s *scene) {
			s.held("files", "n1")
			s.BoundClaim("files", "n1-files")
		}, 0, "has no Pod and is left as it is; to release it: kubectl localpv release pvc/files", 0},
		"scaled-down": {func(s *scene) {
			s.set("db", []string{"n0", "n1"})
			s.Scale("db", 1)
		}, 0, "has no Pod and is left as it is", 0},
		"owner-gone": {func(s *scene) {
			s.held("files", "n1")
			s.Claim("files")
			s.replicaSet("web", 1, "files")
			s.vanish("n1")
			err := cluster.Client().AppsV1().ReplicaSets(s.Name).Delete(s.Context(), "web", metav1.DeleteOptions{PropagationPolicy: ptr.To(metav1.DeletePropagationOrphan)})
			if err != nil {
				s.Fail(err)
			}
		}, 3, "no other ready member holds", 0},
		"shared": {func(s *scene) {
			s.held("files", "n1")
			s.Claim("files")
			s.Deployment("web", "files")
			s.WaitDeployment("web")
			s.GivesAway("n1-files")
			reader := s.NewPod("reader", "files")
			reader.Spec.NodeName = s.node("n0") // past the scheduler, as somebody does who knows better
			if _, err := cluster.Client().CoreV1().Pods(s.Name).Create(s.Context(), reader, metav1.CreateOptions{}); err != nil {
				s.Fail(err)
			}
			s.WaitPod("reader", controlplane.PodReady)
		}, 3, "a node that stays: stop that Pod first", 0},
		"two-homes": {func(s *scene) {
			s.held("files", "n1", func(v *corev1.PersistentVolume) {
				host := &v.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0]
				host.Values = append(host.Values, s.node("n0"))
			})
			s.BoundClaim("files", "n1-files")
			tool := s.NewPod("tool", "files")
			tool.Spec.NodeName = s.node("n1") // where the data came to be
			if _, err := cluster.Client().CoreV1().Pods(s.Name).Create(s.Context(), tool, metav1.CreateOptions{}); err != nil {
				s.Fail(err)
			}
			s.WaitPod("tool", controlplane.PodReady)
		}, 3, "nothing says which of them has it", 0},
		"ephemeral": {func(s *scene) {
			s.free("n1-scratch")
			s.ephemeral("cache")
			s.free("n0-scratch")
		}, 0, "force-delete Pod", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, name, "n0", "n1", "n2")
			tc.set(s)
			if _, err := cluster.Client().CoreV1().Nodes().Get(s.Context(), s.node("n1"), metav1.GetOptions{}); err == nil {
				s.vanish("n1")
			}
			r := s.run(s.command([]string{"n1"}))
			var other []string
			drops := 0
			for _, w := range r.Writes() {
				switch w.Resource {
				case "pods":
					drops++
				case "events": // the record of it
				default:
					other = append(other, w.String())
				}
			}
			if r.Exit != tc.exit || !strings.Contains(r.Err+r.Out, tc.says) || len(other) > 0 || drops != tc.drops {
				t.Errorf("want exit %d, %q and no writes but of %d Pods: %s", tc.exit, tc.says, tc.drops, r)
			}
			if tc.drops > 0 {
				s.WaitDeployment("cache")
			}
		})
	}
}

func (s *scene) daemonSet(name, node, claim string) {
	labels := map[string]string{"app": name}
	ds := &appsv1.DaemonSet{ObjectMeta: metav1.ObjectMeta{Namespace: s.Name, Name: name}, Spec: appsv1.DaemonSetSpec{
		Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: corev1.PodTemplateSpec{Spec: s.NewPod("", claim).Spec}}}
	ds.Spec.Template.Labels = labels
	ds.Spec.Template.Spec.NodeSelector = map[string]string{corev1.LabelHostname: s.node(node)}
	if _, err := cluster.Client().AppsV1().DaemonSets(s.Name).Create(s.Context(), ds, metav1.CreateOptions{}); err != nil {
		s.Fail(err)
	}
	s.WaitPods(name, 1)
}

// ephemeral is a Deployment whose Pod has a volume that is deleted with it.
func (s *scene) ephemeral(name string) {
	d := s.Deployment(name)
	d.Spec.Template.Spec.Volumes = []corev1.Volume{{Name: "scratch", VolumeSource: corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{
		VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{Spec: s.NewClaim("").Spec}}}}}
	d.ResourceVersion = "" // whatever its controller has written meanwhile
	d, err := cluster.Client().AppsV1().Deployments(s.Name).Update(s.Context(), d, metav1.UpdateOptions{})
	if err != nil {
		s.Fail(err)
	}
	err = controlplane.WaitForAll(s.Context(), cluster.Client().CoreV1().Pods(s.Name), "of "+name, metav1.ListOptions{LabelSelector: "app=" + name}, func(pods []*corev1.Pod) (bool, string) {
		ready := len(pods) == 1 && slices.ContainsFunc(pods[0].Spec.Volumes, func(v corev1.Volume) bool { return v.Ephemeral != nil })
		if ready {
			ready, _ = controlplane.PodReady(pods[0])
		}
		return ready, "it does not run yet with its volume"
	})
	if err != nil {
		s.Fail(errors.Join(err, errors.New(d.Name)))
	}
}
