// Prints what the original's libraries make of an input, one JSON object a line. They are Debian 12's:
// golang-k8s-sigs-yaml-dev 1.3.0-1, golang-gopkg-yaml.v2-dev 2.4.0-4, golang-github-spf13-pflag-dev
// 1.0.6~git20210604-d5e0c0615ace-1, golang-go 2:1.19~1. The structures below have the members that the pod uses, with
// the names and the omissions of the Kubernetes API (core/v1).
//
// To make the fixtures again, in this folder:
//
//	export GO111MODULE=off GOPATH=/usr/share/gocode
//	go run main.go cases.go pods   > ../pods.jsonl
//	go run main.go cases.go values > ../values.jsonl
//	go run main.go cases.go lists  > ../../../LVSCareCommandsTests/Golden/lists.jsonl
package main

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
	"sigs.k8s.io/yaml"
)

type input struct {
	Name    string   `json:"name"`
	VIP     string   `json:"vip"`
	Image   string   `json:"image"`
	Masters []string `json:"masters"`
	Options []string `json:"options"`
	NodeIP  string   `json:"nodeIP"`
}

type pod struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Metadata   metadata          `json:"metadata"`
	Spec       spec              `json:"spec"`
	Status     map[string]string `json:"status"`
}

type metadata struct {
	CreationTimestamp *string `json:"creationTimestamp"`
	Name              string  `json:"name,omitempty"`
	Namespace         string  `json:"namespace,omitempty"`
}

type spec struct {
	Containers        []container `json:"containers"`
	HostNetwork       bool        `json:"hostNetwork,omitempty"`
	PriorityClassName string      `json:"priorityClassName,omitempty"`
	Volumes           []volume    `json:"volumes,omitempty"`
}

type container struct {
	Args            []string          `json:"args,omitempty"`
	Command         []string          `json:"command,omitempty"`
	Env             []variable        `json:"env,omitempty"`
	Image           string            `json:"image,omitempty"`
	ImagePullPolicy string            `json:"imagePullPolicy,omitempty"`
	Name            string            `json:"name"`
	Resources       map[string]string `json:"resources"`
	SecurityContext struct {
		Privileged *bool `json:"privileged,omitempty"`
	} `json:"securityContext,omitempty"`
	VolumeMounts []mount `json:"volumeMounts,omitempty"`
}

type variable struct {
	Name  string `json:"name"`
	Value string `json:"value,omitempty"`
}

type mount struct {
	MountPath string `json:"mountPath"`
	Name      string `json:"name"`
	ReadOnly  bool   `json:"readOnly,omitempty"`
}

type volume struct {
	HostPath struct {
		Path string  `json:"path"`
		Type *string `json:"type,omitempty"`
	} `json:"hostPath,omitempty"`
	Name string `json:"name"`
}

func manifest(in input) (string, error) {
	args := []string{"care", "--vs", in.VIP, "--health-path", "/healthz", "--health-schem", "https"}
	for _, master := range in.Masters {
		args = append(args, "--rs", master)
	}
	daemon := container{
		Name: in.Name, Image: in.Image, ImagePullPolicy: "IfNotPresent",
		Command: []string{"/usr/bin/lvscare"}, Args: append(args, in.Options...), Resources: map[string]string{},
		VolumeMounts: []mount{{Name: "lib-modules", MountPath: "/lib/modules", ReadOnly: true}},
	}
	privileged, kind := true, ""
	daemon.SecurityContext.Privileged = &privileged
	if in.NodeIP != "" {
		daemon.Env = []variable{{Name: "LVSCARE_NODE_IP", Value: in.NodeIP}}
	}
	modules := volume{Name: "lib-modules"}
	modules.HostPath.Path, modules.HostPath.Type = "/lib/modules", &kind
	text, err := yaml.Marshal(pod{
		APIVersion: "v1", Kind: "Pod", Status: map[string]string{},
		Metadata: metadata{Name: in.Name, Namespace: "kube-system"},
		Spec: spec{
			Containers: []container{daemon}, HostNetwork: true, PriorityClassName: "system-node-critical",
			Volumes: []volume{modules}},
	})
	return string(text), err
}

func usual() input {
	return input{Name: "kube-sealos-lvscare", VIP: "10.103.97.2:6443",
		Image: "sealos.hub:5000/sealos/lvscare:latest", Masters: []string{"192.168.0.2:6443"}}
}

func printLine(value any) {
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
}

func pods() {
	all := []input{usual()}
	add := func(change func(*input)) {
		in := usual()
		change(&in)
		all = append(all, in)
	}
	add(func(in *input) { in.Masters = []string{"192.168.0.2:6443", "192.168.0.3:6443"} })
	add(func(in *input) { in.Options = []string{"--health-status", "401"} })
	add(func(in *input) { in.Options = []string{"", "true", "1e3", "~", "#x"} })
	add(func(in *input) { in.VIP = "[fd00::2]:6443"; in.Masters = []string{"[fd00::3]:6443", "[::1]:6443"} })
	add(func(in *input) { in.Name = "401"; in.Image = "401" })
	add(func(in *input) { in.Name = "y"; in.Image = "127.0.0.1:5000/lvscare@sha256:" + strings.Repeat("0a", 32) })
	add(func(in *input) { in.Name = "1e3"; in.NodeIP = "192.168.0.9" })
	add(func(in *input) { in.Name = "0x1f"; in.NodeIP = "fd00::9"; in.Options = []string{"-C"} })
	add(func(in *input) {
		in.Name = strings.Repeat("a", 63)
		in.Options = []string{"--health-req-body", "{\"a\": [1, 2]}"}
	})
	add(func(in *input) {
		in.Masters = []string{"192.168.0.2:6443,192.168.0.3:6443"}
		in.Options = []string{"a\nb"}
	})
	for _, in := range all {
		text, err := manifest(in)
		if err != nil {
			panic(err)
		}
		printLine(map[string]any{"input": in, "yaml": text})
	}
}

// What stands in the lines of a pod with value that are not in the pod without it.
func line(change func(*input), before, after string) (string, error) {
	in := usual()
	change(&in)
	text, err := manifest(in)
	if err != nil {
		return "", err
	}
	start := strings.Index(text, before)
	end := strings.LastIndex(text, after)
	return text[start+len(before) : end], nil
}

func printValue(value string) {
	option, err := line(func(in *input) { in.Options = []string{value} },
		"    - 192.168.0.2:6443\n", "    command:\n")
	if err != nil {
		printLine(map[string]any{"value": value, "error": err.Error()})
		return
	}
	image, _ := line(func(in *input) { in.Image = value }, "    - /usr/bin/lvscare\n", "    imagePullPolicy:")
	name, _ := line(func(in *input) { in.Name = value }, "creationTimestamp: null\n", "  namespace: kube-system\n")
	printLine(map[string]any{"value": value, "option": option, "image": image, "name": name})
}

func values(count int, seed int64) {
	for _, value := range chosen {
		printValue(value)
	}
	random := rand.New(rand.NewSource(seed))
	for i := 0; i < count; i++ {
		value := ""
		for n := 1 + random.Intn(1+random.Intn(12)); n > 0; n-- {
			value += pieces[random.Intn(len(pieces))]
		}
		printValue(value)
	}
}

func lists() {
	for _, texts := range chosenLists {
		flags := pflag.NewFlagSet("", pflag.ContinueOnError)
		items := flags.StringSlice("masters", []string{}, "")
		result := map[string]any{"texts": texts}
		for _, text := range texts {
			if err := flags.Set("masters", text); err != nil {
				result["error"] = err.Error()
			}
		}
		if result["error"] == nil {
			result["items"] = *items
		}
		printLine(result)
	}
}

func main() {
	switch os.Args[1] {
	case "pods":
		pods()
	case "values":
		count, seed := 600, int64(1)
		if len(os.Args) > 3 {
			count, _ = strconv.Atoi(os.Args[2])
			seed, _ = strconv.ParseInt(os.Args[3], 10, 64)
		}
		values(count, seed)
	case "lists":
		lists()
	default:
		fmt.Fprintln(os.Stderr, "usage: go run . pods|values|lists")
		os.Exit(64)
	}
}
