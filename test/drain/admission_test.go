package drain

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// TestServerIsAskedFirst: a policy that keeps one claim leaves its owner out, with its Pod where it is, while the others move; a quota that is
// used up, with the old claims, is in nobody's way.
func TestServerIsAskedFirst(t *testing.T) {
	t.Parallel()
	s := open(t, "asked-first")
	database(s, []string{old, "a", "b"})
	tied(s, "uploads", "uploads", old)
	s.Deployment("web", "uploads")
	runs(s, "web", 1)
	free(s, "a", "c")
	usedUp(s, 4)
	keep(t, s, "uploads")

	r := s.Run(live.Run{Args: []string{"drain", s.VolumeName(old), "--move-claims", "--yes", "--accept-data-loss", s.Name + "/uploads"}, Rules: rules(s, false, false)})
	for _, want := range []string{"left out: " + s.Name + "/web-", "the server refuses to delete claim " + s.Name + "/uploads", "claims like this are kept",
		s.VolumeName(old) + " is cordoned and NOT empty"} {
		if !contains(r.Err, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if r.Exit != 1 {
		t.Error(r)
	}
	for _, w := range r.Writes() {
		if contains(w.String(), "uploads") || contains(w.String(), "/web-") {
			t.Errorf("it wrote %s", w.String())
		}
	}
	s.WaitStatefulSet("db")
	if p := s.WaitPod("db-0", controlplane.PodReady); p.Spec.NodeName == s.VolumeName(old) {
		t.Error("db-0 was to move")
	}
	runs(s, "web", 1)
	if c := s.WaitClaim("uploads", controlplane.ClaimPhase(corev1.ClaimBound)); c.DeletionTimestamp != nil || c.Spec.VolumeName != s.VolumeName("uploads") {
		t.Errorf("uploads is bound to %s", c.Spec.VolumeName)
	}
}

// TestWhatComesIsAskedFirst: the Pod of a namespace that was made stricter since, and the claim of a template for which there is a limit now,
// would not be let in again: nothing is taken away. A quota of Pods that is used up, with the old ones, is in nobody's way.
func TestWhatComesIsAskedFirst(t *testing.T) {
	t.Parallel()
	s := open(t, "comes-first")
	database(s, []string{old, "a", "b"})
	free(s, "c")
	args := []string{"drain", s.VolumeName(old), "--move-claims", "--yes"}
	refused := func(says ...string) {
		t.Helper()
		r := s.Run(live.Run{Args: args, Rules: rules(s, false, false)})
		if r.Exit != 3 || len(r.Writes()) > 0 {
			t.Errorf("exit code 3 is wanted and no write: %s", r)
		}
		for _, want := range says {
			if !contains(r.Err, want) {
				t.Errorf("it does not say %q: %s", want, r.Err)
			}
		}
	}
	stricter(s, "enforce", `"restricted"`)
	refused("the server refuses to recreate Pod "+s.Name+"/db-0", `violates PodSecurity "restricted`)
	stricter(s, "enforce", "null")
	stricter(s, "warn", `"restricted"`) // which is said to whoever creates Pods
	limit(s, "1Gi")
	refused("the server refuses to recreate claim "+s.Name+"/data-db-0", "maximum storage usage per PersistentVolumeClaim is 1Gi")
	if err := cluster.Client().CoreV1().LimitRanges(s.Name).Delete(s.Context(), "team", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	usedUpBy(s, corev1.ResourcePods, 3)
	if r := s.Run(live.Run{Args: args, Rules: rules(s, false, false)}); r.Exit != 0 || contains(r.Err, "PodSecurity") {
		t.Error(r)
	}
	s.WaitStatefulSet("db")
}

// stricter gives a namespace a level of PodSecurity, in JSON, that is enforced, or of which is warned.
func stricter(s *live.Scene, mode, level string) {
	patch := fmt.Appendf(nil, `{"metadata":{"labels":{"pod-security.kubernetes.io/%s":%s}}}`, mode, level)
	if _, err := cluster.Client().CoreV1().Namespaces().Patch(s.Context(), s.Name, types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
		s.Fail(err)
	}
}

// limit lets no claim ask for more.
func limit(s *live.Scene, most string) {
	r := &corev1.LimitRange{ObjectMeta: metav1.ObjectMeta{Namespace: s.Name, Name: "team"}, Spec: corev1.LimitRangeSpec{Limits: []corev1.LimitRangeItem{{
		Type: corev1.LimitTypePersistentVolumeClaim, Max: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(most)},
	}}}}
	if _, err := cluster.Client().CoreV1().LimitRanges(s.Name).Create(s.Context(), r, metav1.CreateOptions{}); err != nil {
		s.Fail(err)
	}
}

// usedUp allows so many claims, which there are, and waits until the quota counts them.
func usedUp(s *live.Scene, claims int64) { usedUpBy(s, corev1.ResourcePersistentVolumeClaims, claims) }

// usedUpBy allows so many objects of a kind, which there are, and waits until the quota counts them.
func usedUpBy(s *live.Scene, counted corev1.ResourceName, count int64) {
	hard := corev1.ResourceList{counted: *resource.NewQuantity(count, resource.DecimalSI)}
	quotas := cluster.Client().CoreV1().ResourceQuotas(s.Name)
	q := &corev1.ResourceQuota{ObjectMeta: metav1.ObjectMeta{Namespace: s.Name, Name: "team"}, Spec: corev1.ResourceQuotaSpec{Hard: hard}}
	if _, err := quotas.Create(s.Context(), q, metav1.CreateOptions{}); err != nil {
		s.Fail(err)
	}
	_, err := controlplane.WaitFor(s.Context(), quotas, "team", func(q *corev1.ResourceQuota) (bool, string) {
		used := q.Status.Used[counted]
		return used.Value() == count, fmt.Sprintf("%v", q.Status)
	})
	if err != nil {
		s.Fail(err)
	}
}

// keep lets a policy of admission refuse that a claim is deleted, and waits until it does. It goes before the scene is cleared.
func keep(t *testing.T, s *live.Scene, claim string) {
	t.Helper()
	admission := cluster.Client().AdmissionregistrationV1()
	meta := metav1.ObjectMeta{Name: s.Name}
	policy := &admissionv1.ValidatingAdmissionPolicy{ObjectMeta: meta, Spec: admissionv1.ValidatingAdmissionPolicySpec{
		MatchConstraints: &admissionv1.MatchResources{ResourceRules: []admissionv1.NamedRuleWithOperations{{RuleWithOperations: admissionv1.RuleWithOperations{
			Operations: []admissionv1.OperationType{admissionv1.Delete},
			Rule:       admissionv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"persistentvolumeclaims"}},
		}}}},
		Validations: []admissionv1.Validation{{
			Expression: fmt.Sprintf("request.namespace != %q || request.name != %q", s.Name, claim), Message: "claims like this are kept",
		}},
	}}
	binding := &admissionv1.ValidatingAdmissionPolicyBinding{ObjectMeta: meta, Spec: admissionv1.ValidatingAdmissionPolicyBindingSpec{
		PolicyName: s.Name, ValidationActions: []admissionv1.ValidationAction{admissionv1.Deny},
	}}
	if _, err := admission.ValidatingAdmissionPolicies().Create(s.Context(), policy, metav1.CreateOptions{}); err != nil {
		s.Fail(err)
	}
	if _, err := admission.ValidatingAdmissionPolicyBindings().Create(s.Context(), binding, metav1.CreateOptions{}); err != nil {
		s.Fail(err)
	}
	ctx := s.Context()
	t.Cleanup(func() {
		err := errors.Join(admission.ValidatingAdmissionPolicyBindings().Delete(context.WithoutCancel(ctx), s.Name, metav1.DeleteOptions{}),
			admission.ValidatingAdmissionPolicies().Delete(context.WithoutCancel(ctx), s.Name, metav1.DeleteOptions{}),
			untilDeletable(context.WithoutCancel(ctx), s.Name, claim, true))
		if err != nil {
			t.Error(err)
		}
	})
	if err := untilDeletable(ctx, s.Name, claim, false); err != nil {
		s.Fail(err)
	}
}

// untilDeletable waits until the server lets a claim be deleted, or does not, as it says when it is only asked.
func untilDeletable(ctx context.Context, namespace, claim string, wanted bool) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return wait.PollUntilContextCancel(ctx, 50*time.Millisecond, true, func(ctx context.Context) (bool, error) {
		err := cluster.Client().CoreV1().PersistentVolumeClaims(namespace).Delete(ctx, claim, metav1.DeleteOptions{DryRun: []string{metav1.DryRunAll}})
		return (err == nil) == wanted, nil
	})
}
