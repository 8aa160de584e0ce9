package e2e

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/deploy/rbac"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// allow lets a user list kinds of objects everywhere.
func allow(t *testing.T, user string, rules ...rbacv1.PolicyRule) {
	t.Helper()
	ctx, roles := within(t), cluster.Client().RbacV1().ClusterRoles()
	if _, err := roles.Create(ctx, &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: user}, Rules: rules}, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	bind(ctx, t, user, user)
}

// bind gives a ClusterRole to a user, and returns when the API server knows: it learns of it by watching, as everybody does.
func bind(ctx context.Context, t *testing.T, role, user string) {
	t.Helper()
	_, err := cluster.Client().RbacV1().ClusterRoleBindings().Create(ctx, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: role + "-" + user},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for runPlugin(t, "why-pending", "--as", user).exit == 1 { //nolint:contextcheck // each call has a deadline of its own; until Pods may be listed
		if ctx.Err() != nil {
			t.Fatalf("%s does not get the permissions of %s: %v", user, role, context.Cause(ctx))
		}
	}
}

// TestFewPermissions asks as a user who may read some of what an answer needs: the rest is unknown, and never fine.
func TestFewPermissions(t *testing.T) {
	shop := openShop(t)
	list := func(group string, resources ...string) rbacv1.PolicyRule {
		return rbacv1.PolicyRule{APIGroups: []string{group}, Resources: resources, Verbs: []string{"list"}}
	}
	allow(t, "sees-pods", list("", "pods", "persistentvolumeclaims"))
	allow(t, "sees-no-volumes", list("", "pods", "persistentvolumeclaims", "nodes"), list("storage.k8s.io", "storageclasses"))
	allow(t, "sees-no-nodes", list("", "pods", "persistentvolumeclaims", "persistentvolumes"), list("storage.k8s.io", "storageclasses"))

	for user, blind := range map[string][]string{
		"sees-pods":       {"nodes", "persistentvolumes", "storageclasses"},
		"sees-no-volumes": {"persistentvolumes"},
		"sees-no-nodes":   {"nodes"},
	} {
		t.Run(user, func(t *testing.T) {
			run := runPlugin(t, "why-pending", "db-2", "-n", shop.namespace, "-o", "json", "--as", user)
			var report pending.Report
			if err := json.Unmarshal([]byte(run.out), &report); err != nil {
				t.Fatalf("%v: %s", err, run.err)
			}
			item := report.Items[0]
			if run.exit != 3 || !item.Pending || item.Schedulable {
				t.Errorf("exit %d, pending %t, schedulable %t", run.exit, item.Pending, item.Schedulable)
			}
			if slices.Contains(blind, "nodes") && len(item.Fixes) > 0 {
				t.Errorf("fixes on nodes that nobody knows: %v", item.Fixes)
			}
			for _, kind := range blind {
				if !slices.ContainsFunc(item.Notes, func(n fact.Fact) bool { return strings.Contains(n.Text, "forbidden: list "+kind) }) {
					t.Errorf("no note says that %s are unknown: %v", kind, item.Notes)
				}
			}
			text := runPlugin(t, "why-pending", "db-2", "-n", shop.namespace, "--as", user)
			if !strings.Contains(text.out, "unknown (forbidden: list "+blind[0]+")") {
				t.Errorf("the text does not say that %s are unknown:\n%s", blind[0], text.out)
			}
		})
	}

	ls := runPlugin(t, "ls", "--class", "shop", "--as", "sees-no-nodes")
	if ls.exit != 0 || strings.Count(ls.out, " ? ") != 3 || strings.Contains(ls.out, "missing") || !strings.Contains(ls.err, "forbidden: list nodes") {
		t.Errorf("exit %d; without nodes, homes are unknown:\n%s%s", ls.exit, ls.out, ls.err)
	}
	checkRefusal(t, runPlugin(t, "ls", "--orphaned", "--as", "sees-no-nodes"), 1, "forbidden: list nodes")
	checkRefusal(t, runPlugin(t, "ls", "--as", "sees-no-volumes"), 1, "persistentvolumes", "sees-no-volumes")
}

// TestDocumentedPermissions reads everything with the permissions of deploy/rbac/viewer.yaml, which allow no change: the answers are those
// of an administrator.
func TestDocumentedPermissions(t *testing.T) {
	shop := openShop(t)
	ctx := within(t)
	roles, err := rbac.Roles()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range append(roles, rbac.Role{Command: "viewer"}) { // that sums up some of the others
		role, err := os.ReadFile(filepath.Join("..", "..", "deploy", "rbac", r.Command+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		if err := cluster.Apply(ctx, string(role)); err != nil {
			t.Fatal(err)
		}
	}
	bind(ctx, t, "localpv-viewer", "reader")
	for _, args := range [][]string{
		{"ls", "--class", "shop", "-o", "json"},
		{"ls", "--class", "shop", "-o", "wide"},
		{"ls", "--class", "shop", "--summary"},
		{"why-pending", "-n", shop.namespace, "-o", "json"},
		{"why-pending", "deploy/web", "job/import", "sts/db", "-n", shop.namespace, "-o", "json"},
		{"why-pending", "pvc/spare", "-n", shop.namespace},
	} {
		reader, admin := ageless(runPlugin(t, append(args, "--as", "reader")...)), ageless(runPlugin(t, args...))
		reader.out = strings.ReplaceAll(reader.out, " --as reader", "") // which the printed commands carry
		if diff := cmp.Diff(admin, reader, cmp.AllowUnexported(result{})); diff != "" || reader.err != "" {
			t.Errorf("%v: the administrator (-) and the reader (+) see:\n%s\n%s", args, diff, reader.err)
		}
	}
}

// ageless leaves the ages out of what a command printed: a second may pass between two runs.
func ageless(run result) result {
	run.out = regexp.MustCompile(`\b(\d+[dhms])+ *`).ReplaceAllString(run.out, "AGE ")
	return run
}
