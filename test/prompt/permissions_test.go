package prompt

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/deploy/rbac"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// rolesInCluster applies deploy/rbac, binds each role to a user of the same name, and waits for the sums.
func rolesInCluster(t *testing.T, s *live.Scene) []rbac.Role {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", "deploy", "rbac", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := lab.Apply(s.Context(), string(text)); err != nil {
			t.Fatal(err)
		}
		name := "localpv-" + strings.TrimSuffix(filepath.Base(path), ".yaml")
		_, err = lab.Client().RbacV1().ClusterRoleBindings().Create(s.Context(), &rbacv1.ClusterRoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: name},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: name}},
		}, metav1.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
	}
	roles, err := rbac.Roles()
	if err != nil {
		t.Fatal(err)
	}
	waitForSum(t, s, "localpv-operator", roles)
	waitForSum(t, s, "localpv-viewer", viewed(t, s, roles))
	return roles
}

// viewed are the roles that the viewer's sums up.
func viewed(t *testing.T, s *live.Scene, roles []rbac.Role) []rbac.Role {
	t.Helper()
	list, err := lab.Client().RbacV1().ClusterRoles().List(s.Context(), metav1.ListOptions{LabelSelector: "localpv.dev/aggregate-to-viewer=true"})
	if err != nil || len(list.Items) == 0 {
		t.Fatalf("%d roles for the viewer: %v", len(list.Items), err)
	}
	return slices.DeleteFunc(slices.Clone(roles), func(r rbac.Role) bool {
		return !slices.ContainsFunc(list.Items, func(labelled rbacv1.ClusterRole) bool { return labelled.Name == r.Name })
	})
}

// waitForSum waits until a role holds the rules of others.
func waitForSum(t *testing.T, s *live.Scene, name string, of []rbac.Role) {
	t.Helper()
	_, err := controlplane.WaitFor(s.Context(), lab.Client().RbacV1().ClusterRoles(), name, func(sum *rbacv1.ClusterRole) (bool, string) {
		for _, role := range of {
			for _, rule := range role.Rules {
				same := func(r rbacv1.PolicyRule) bool { return cmp.Equal(r, rule.PolicyRule) }
				if sum == nil || !slices.ContainsFunc(sum.Rules, same) {
					return false, role.Name + " is not part of it"
				}
			}
		}
		return true, ""
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAuth asks as users who have one role each, and holds the answers against the roles.
func TestAuth(t *testing.T) {
	s := lab.Scene(t, "auth")
	roles := rolesInCluster(t, s)
	viewer := viewed(t, s, roles)
	for _, user := range []string{"localpv-viewer", "localpv-operator", "localpv-release", "nobody"} {
		t.Run(user, func(t *testing.T) {
			got := typeLine(t, "kubectl localpv auth -o json --as "+user)
			var report inspect.PermissionReport
			if err := json.Unmarshal([]byte(got.out), &report); err != nil {
				t.Fatalf("exit %d: %v: %s", got.exit, err, got.err)
			}
			if report.User != user || len(report.Items) != len(roles) {
				t.Errorf("%d commands of %q", len(report.Items), report.User)
			}
			all := true
			for _, item := range report.Items {
				looks := slices.ContainsFunc(viewer, func(r rbac.Role) bool { return r.Command == item.Command })
				want := user == "localpv-operator" || user == item.Role || user == "localpv-viewer" && looks
				unwanted := user == "nobody" || user == "localpv-viewer" && !looks
				all = all && item.Allowed
				if want && len(item.Missing) > 0 || unwanted && item.Allowed {
					t.Errorf("%s: allowed %t, missing %v", item.Command, item.Allowed, item.Missing)
				}
			}
			if (got.exit == 0) != all || got.exit != 0 && got.exit != 3 {
				t.Errorf("exit %d, and everything is allowed: %t", got.exit, all)
			}
		})
	}
}

// TestRolesOfThoseWhoLook compares the roles of ls and why-pending with what the two ask of the server when they are asked
// for all that they can say.
func TestRolesOfThoseWhoLook(t *testing.T) {
	s := lab.Scene(t, "look")
	s.Volume("a", "node-0")
	s.Volume("b", "node-1")
	s.Claim("data")
	s.Claim("more")
	s.Deployment("web", "more")
	s.StatefulSet("db", 1)
	s.WaitPods("db", 1)
	s.WaitPods("web", 1)
	pod := s.NewPod("gpu", "data")
	pod.Spec.ResourceClaims = []corev1.PodResourceClaim{{Name: "gpu", ResourceClaimName: ptr.To("gpu")}}
	if _, err := lab.Client().CoreV1().Pods(s.Name).Create(s.Context(), pod, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	asked := map[string][]live.Request{}
	run := func(exit int, args ...string) {
		r := s.Run(live.Run{Args: args})
		if r.Exit != exit {
			t.Error(r)
		}
		asked[args[0]] = append(asked[args[0]], r.Requests...)
	}
	run(0, "ls", "-o", "wide", "-n", s.Name)
	asked["ls"] = append(asked["ls"], watched(s, []string{"persistentvolumes", "nodes", "persistentvolumeclaims", "pods", "replicasets", "jobs"})...)
	run(3, "why-pending")
	run(0, "why-pending", "statefulset/db", "deploy/web", "pvc/more")
	run(2, "why-pending", "daemonset/none") // there is none, and it was looked for
	run(2, "why-pending", "cronjob/none")

	roles, err := rbac.Roles()
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range roles {
		requests, ok := asked[role.Command]
		if !ok {
			continue
		}
		var granted, needed []string
		for _, rule := range role.Rules {
			for _, resource := range rule.Resources {
				for _, verb := range rule.Verbs {
					granted = append(granted, verb+" "+resource)
				}
			}
		}
		for _, r := range requests {
			if r.Resource != "" { // else it is /version, which everybody may get
				needed = append(needed, r.Verb+" "+r.Resource)
			}
		}
		if diff := cmp.Diff(unique(needed), unique(granted)); diff != "" {
			t.Errorf("deploy/rbac/%s.yaml (-asked of the server +granted):\n%s", role.Command, diff)
		}
	}
}

// watched are the requests of ls --watch until it watches all kinds that it has to.
func watched(s *live.Scene, kinds []string) []live.Request {
	var mu sync.Mutex
	missing, all := slices.Clone(kinds), make(chan struct{})
	p := s.Start(live.Run{Args: []string{"ls", "-o", "wide", "--watch"}, On: func(r *live.Request) live.Action {
		mu.Lock()
		defer mu.Unlock()
		before := len(missing)
		if r.Verb == "watch" {
			missing = slices.DeleteFunc(missing, func(kind string) bool { return kind == r.Resource })
		}
		if before > 0 && len(missing) == 0 {
			close(all)
		}
		return live.Action{}
	}})
	select {
	case <-all:
	case <-s.Context().Done():
	}
	p.Signal(os.Interrupt)
	return p.Wait().Requests
}

func unique(words []string) []string {
	words = slices.Clone(words)
	slices.Sort(words)
	return slices.Compact(words)
}
