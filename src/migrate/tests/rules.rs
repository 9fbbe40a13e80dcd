//! MIGRATE.md sentence by sentence, where no public recording shows it: a text, and all its findings.

use super::super::{Kind, Target, check};

/// `rule severity path line`, one a finding; the autoscaler's target is `1.24`.
fn all(kind: Kind, text: &str) -> Vec<String> {
    at(kind, text, "1.24")
}

fn at(kind: Kind, text: &str, target: &str) -> Vec<String> {
    let found = check(kind, text, Target::new(target).unwrap());
    let shown = found.iter().map(|one| {
        let what = one.what.map(|what| format!(" {what}")).unwrap_or_default();
        format!("{} {} {} {}{what}", one.rule, one.severity.word(), one.path, one.line)
    });
    shown.collect()
}

/// The findings of a pod with these lines under `spec`.
fn pod(spec: &str) -> Vec<String> {
    let spec = spec.replace('\n', "\n  ");
    let found = all(Kind::Manifest, &format!("kind: Pod\nspec:\n  {spec}\n"));
    found.into_iter().map(|one| one.replace(" spec.", " ")).collect()
}

fn rules(found: &[String]) -> Vec<&str> {
    found.iter().map(|one| one.split(' ').next().unwrap()).collect()
}

#[test]
fn each_path_of_the_host_has_its_rule() {
    for (path, wanted) in [
        ("/var/run/docker.sock", "docker-socket error"),
        ("/run//docker.sock/", "docker-socket error"),
        ("/var/run/dockershim.sock", "dockershim-socket warning"),
        ("/run/dockershim.sock", "dockershim-socket warning"),
        ("/var/lib/docker/containers", "docker-log-dir warning"),
        ("/var/lib/docker/containers/x/", "docker-log-dir warning"),
        ("/var/log/containers", "log-symlink-target error"),
        ("/var/lib/docker", "docker-data-dir warning"),
        ("/var/lib/docker/overlay2", "docker-data-dir warning"),
        ("/var/run/docker", "docker-data-dir warning"),
        ("/run/docker/containerd", "docker-data-dir warning"),
        ("/var/lib/dockershim/", "docker-data-dir warning"),
        ("/etc/docker", "docker-daemon-config warning"),
        ("/etc/docker/certs.d", "docker-daemon-config warning"),
        ("/var/run", "run-dir info"),
        ("/run/", "run-dir info"),
    ] {
        let found = pod(&format!("volumes:\n- name: v\n  hostPath: {{path: {path}}}"));
        assert_eq!(found, [format!("{wanted} volumes[0].hostPath.path 5")], "{path}");
    }
    for path in ["/var/log", "/var/lib/dockerx", "/etc/dockerx", "/run/containerd/containerd.sock"]
    {
        assert_eq!(
            pod(&format!("volumes:\n- hostPath: {{path: {path}}}")),
            [] as [&str; 0],
            "{path}"
        );
    }
}

#[test]
fn the_links_targets_may_come_by_any_of_four_mounts() {
    for root in ["/", "/var", "/var/log/", "/var/log/pods"] {
        let found = pod(&format!(
            "volumes:\n- hostPath: {{path: /var/log/containers}}\n- hostPath: {{path: /var/lib/docker/containers}}\n- hostPath: {{path: {root}}}"
        ));
        assert_eq!(found, ["docker-log-dir info volumes[1].hostPath.path 5"], "{root}");
    }
}

#[test]
fn a_mount_path_is_no_dependence_and_any_other_string_is() {
    let found = pod(
        "containers:\n- name: a\n  args: [--docker=unix:///var/run/docker.sock]\n  env:\n  - {name: X, value: /run/dockershim.sock}\n  volumeMounts:\n  - {name: s, mountPath: /var/run/docker.sock}\nx: |\n  # /var/run/docker.sock\n  a /var/run//docker.sock # b",
    );
    let wanted = [
        "docker-socket-ref warning containers[0].args[0] 5",
        "dockershim-socket-ref warning containers[0].env[0].value 7",
        "docker-socket-ref warning x 12",
    ];
    assert_eq!(found, wanted);
}

#[test]
fn docker_host_is_known_when_it_is_elsewhere() {
    for (value, severity) in [
        ("unix:///var/run/docker.sock", "warning"),
        ("tcp://localhost:2375", "info"),
        ("ssh://u@h", "info"),
    ] {
        let found = pod(&format!(
            "containers:\n- name: a\n  env:\n  - name: DOCKER_HOST\n    value: {value}"
        ));
        assert_eq!(found, [format!("docker-host-env {severity} containers[0].env[0].value 7")]);
    }
}

#[test]
fn a_program_is_docker_where_a_container_starts_it() {
    let found = pod(
        "containers:\n- command: [/usr/bin/docker, ps]\n- args: [docker-compose, up]\n- image: docker.io/library/docker:dind\n  command: [dockerd]\n- command: [sh, -c, docker ps]",
    );
    let wanted = [
        "docker-cli warning containers[0].command[0] 4",
        "docker-cli warning containers[1].args[0] 5",
        "docker-cli warning containers[3].command[2] 8",
    ];
    assert_eq!(found, wanted);
}

#[test]
fn the_eight_flags_are_the_kubelets() {
    for flag in super::super::scripts::REMOVED_FLAGS {
        let text = format!(
            "kind: ConfigMap\ndata:\n  a: kubelet --{flag}=x\n  b: agent --{flag}=x\n  bootstrap.sh: run --{flag} x\n"
        );
        let wanted = [
            format!("kubelet-removed-flag error data.a 3 {flag}"),
            format!("kubelet-removed-flag error data[\"bootstrap.sh\"] 5 {flag}"),
        ];
        assert_eq!(all(Kind::Manifest, &text), wanted);
    }
    let text = "a:\n  kubeletExtraArgs:\n    cni-bin-dir: /x\n    container-runtime: remote\n    v: 2\nb: /etc/eks/bootstrap.sh c --container-runtime dockerd\nc: /etc/eks/bootstrap.sh c --container-runtime containerd\n";
    let wanted = [
        "kubelet-removed-flag error a.kubeletExtraArgs.cni-bin-dir 3 cni-bin-dir",
        "container-runtime-flag info a.kubeletExtraArgs.container-runtime 4",
        "container-runtime-flag error b 6",
    ];
    assert_eq!(all(Kind::Manifest, text), wanted);
}

#[test]
fn old_annotations_name_dockers_profile() {
    let text = "metadata:\n  annotations:\n    seccomp.security.alpha.kubernetes.io/pod: docker/default\n    container.seccomp.security.alpha.kubernetes.io/a: docker/default\n    seccomp.security.alpha.kubernetes.io/x: runtime/default\n    other: docker/default\n";
    assert_eq!(rules(&all(Kind::Manifest, text)), ["seccomp-docker-default"; 2]);
}

#[test]
fn text_that_is_no_yaml_is_searched_for_the_sockets() {
    let text = "a:\n  {{- if .x }}\n  # /var/run/docker.sock\n  p: /var/run/docker.sock\n  q: /var/run/dockershim.sock\n";
    let found = all(Kind::Manifest, text);
    assert_eq!(rules(&found), ["yaml-syntax", "docker-socket-ref", "dockershim-socket-ref"]);
    assert!(found[1].ends_with("docker-socket-ref warning  4"));
}

/// A pod with the tracer and these lines in its container.
fn traced(more: &str) -> Vec<String> {
    let more = more.replace('\n', "\n  ");
    pod(&format!(
        "containers:\n- name: a\n  command: [java, -javaagent:/dd-java-agent.jar]{more}\nvolumes:\n- {{name: s, hostPath: {{path: /var/run/datadog/}}}}"
    ))
}

#[test]
fn the_tracer_needs_the_sockets_folder_or_another_way() {
    assert_eq!(traced(""), ["dsd-socket-missing warning containers[0] 5"]);
    let host = "\nenv: [{name: DD_AGENT_HOST, value: h}]";
    assert_eq!(traced(host), ["dsd-socket-missing info containers[0] 5"]);
    for silent in [
        "\nenv: [{name: DD_JMXFETCH_ENABLED, value: \"false\"}]",
        "\nenv: [{name: DD_RUNTIME_METRICS_ENABLED, value: \"false\"}]",
        "\nenv: [{name: DD_DOGSTATSD_URL, value: \"unix:///x\"}]",
        "\nenv: [{name: DD_JMXFETCH_STATSD_HOST, value: h}]",
        "\nvolumeMounts: [{name: s, mountPath: /var/run/datadog}]",
    ] {
        assert_eq!(traced(silent), [] as [&str; 0], "{silent}");
    }
    let elsewhere = "\nvolumeMounts: [{name: s, mountPath: /tmp/dd}]";
    assert_eq!(traced(elsewhere), ["dsd-path warning containers[0].volumeMounts[0].mountPath 6"]);
    let file = "\nvolumeMounts: [{name: s, mountPath: /var/run/datadog/dsd.socket}]";
    assert_eq!(rules(&traced(file)), ["dsd-socket-file"]);
    let forgotten = "\nvolumeMounts: [{name: t, mountPath: /var/run/datadog/}]";
    assert_eq!(
        traced(forgotten),
        ["dsd-volume-missing error containers[0].volumeMounts[0].name 6"]
    );
    let admitted = "kind: Deployment\nspec:\n  template:\n    metadata: {labels: {admission.datadoghq.com/enabled: \"true\"}}\n    spec:\n      containers:\n      - env: [{name: CATALINA_OPTS, value: -javaagent:/dd-java-agent.jar}]\n";
    assert_eq!(all(Kind::Manifest, admitted), [] as [&str; 0]);
}

#[test]
fn an_agent_is_old_below_7_27() {
    for (tag, old) in [
        ("7.26.0", true),
        ("7.27.0", false),
        ("7", false),
        ("6", true),
        ("latest", false),
        ("7.9.1-jmx", true),
    ] {
        let found = pod(&format!("containers:\n- image: datadog/agent:{tag}"));
        assert_eq!(!found.is_empty(), old, "{tag}");
    }
    let read_only = "containers:\n- image: datadog/agent:7\n  volumeMounts:\n  - {name: s, mountPath: /var/run/datadog, readOnly: true}\nvolumes: [{name: s, emptyDir: {}}]";
    assert_eq!(
        pod(read_only),
        ["dsd-agent-readonly error containers[0].volumeMounts[0].readOnly 6"]
    );
}

fn policy(statements: &str) -> String {
    format!("{{\"Version\": \"2012-10-17\",\n\"Statement\": [\n{statements}\n]}}\n")
}

fn allow(actions: &str, more: &str) -> String {
    format!("{{\"Effect\": \"Allow\", \"Action\": {actions}, {more}}}")
}

const ALL_NEEDED: &str = r#"["autoscaling:DescribeAutoScalingGroups","autoscaling:DescribeLaunchConfigurations","autoscaling:DescribeScalingActivities","ec2:DescribeImages","ec2:DescribeInstanceTypes","ec2:DescribeLaunchTemplateVersions","ec2:GetInstanceTypesFromInstanceRequirements","eks:DescribeNodegroup"]"#;
const SCALES: &str = r#"{"Effect": "Allow", "Action": ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"], "Resource": "arn:aws:autoscaling:*:1:autoScalingGroup:*"}"#;

#[test]
fn a_version_has_its_calls() {
    let text = policy(&format!("{},\n{SCALES}", allow(ALL_NEEDED, "\"Resource\": \"*\"")));
    assert_eq!(at(Kind::Policy, &text, "1.24"), [] as [&str; 0]);
    assert_eq!(at(Kind::Policy, &text, "1.33"), [] as [&str; 0]);
    let old = at(Kind::Policy, &text, "1.22");
    assert_eq!(rules(&old).iter().filter(|rule| **rule == "ca-unneeded").count(), 5, "{old:?}");
    assert!(old.contains(&"ca-missing error Statement 2 autoscaling:DescribeTags".to_owned()));
    let missing = |target| {
        let text = policy(SCALES);
        at(Kind::Policy, &text, target)
            .into_iter()
            .filter(|one| one.contains("InstanceTypes"))
            .collect::<Vec<_>>()
    };
    assert!(missing("1.23")[0].contains("ca-missing error"));
    assert!(missing("1.24")[0].contains("ca-missing error"));
    assert!(missing("1.25")[0].contains("ca-missing warning"));
    assert_eq!(missing("1.22"), [] as [&str; 0]);
}

#[test]
fn a_statement_grants_what_it_can() {
    let one = |statement: String| all(Kind::Policy, &policy(&statement));
    let has = |found: &[String], wanted: &str| found.iter().any(|one| one.contains(wanted));
    let pattern = one(allow("\"ec2:describe*\"", "\"Resource\": \"*\""));
    assert!(!has(&pattern, "ec2:DescribeImages") && !has(&pattern, "ca-unneeded"));
    assert!(has(&one(allow("\"ec2:*\"", "\"Resource\": \"*\"")), "wildcard-service"));
    assert!(has(
        &one(allow("\"*:*\"", "\"Resource\": \"*\"")),
        "wildcard-all warning Statement[0].Action 3"
    ));
    let arn = one(allow("\"autoscaling:DescribeTags\"", "\"Resource\": \"arn:aws:x:::<name>\""));
    assert!(has(&arn, "describe-needs-star error Statement[0].Action 3"));
    assert!(has(&arn, "placeholder error Statement[0].Resource 3"));
    let scale = "\"autoscaling:SetDesiredCapacity\"";
    assert!(has(&one(allow(scale, "\"Resource\": \"*\"")), "mutating-unscoped warning"));
    let condition =
        "\"Resource\": \"*\", \"Condition\": {\"StringEquals\": {\"aws:RequestedRegion\": \"x\"}}";
    let conditional = one(allow(scale, condition));
    assert!(!has(&conditional, "mutating-unscoped") && !has(&conditional, "SetDesiredCapacity"));
    for resource in [
        "${YOUR_ARN}",
        "arn:aws:autoscaling:x:ACCOUNT_ID:y",
        "arn:aws:autoscaling:x:111122223333:y",
    ] {
        let found = one(allow(scale, &format!("\"Resource\": \"{resource}\"")));
        assert!(has(&found, "placeholder error"), "{resource}");
    }
}

#[test]
fn the_form_of_a_policy_is_judged() {
    let form = |text: &str| all(Kind::Policy, text);
    assert_eq!(form("{,}"), ["policy-syntax error  1"]);
    assert_eq!(form("{\"Version\": \"2012-10-17\"}"), ["policy-syntax error  1"]);
    let effect = policy("{\"Effect\": \"allow\", \"Action\": \"*\", \"Resource\": \"*\"}");
    assert_eq!(form(&effect)[10..], ["policy-syntax error Statement[0].Effect 3"]);
    let version = "{\"Version\": \"2008-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}}";
    assert_eq!(
        form(version),
        ["policy-version warning Version 1", "wildcard-all warning Statement.Action 1"]
    );
    let wrapped = format!("{{\"PolicyDocument\": {version}}}");
    assert!(form(&wrapped)[0].contains("PolicyDocument.Version"));
}

/// A source of container logs with these lines of `<parse>`.
fn source(parse: &str) -> String {
    format!(
        "<source>\n@type tail\npath /var/log/containers/a.log\npos_file /p\ntag k.*\n<parse>\n{parse}\n</parse>\n</source>\n"
    )
}

const JOINED: &str = "<filter k.**>\n@type concat\nkey log\npartial_key logtag\npartial_value P\nseparator \"\"\nstream_identity_key stream\ntimeout_label @ROOT\n</filter>\n";
const CRI: &str = "@type regexp\nexpression /^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[^ ]*) (?<log>.*)$/";

#[test]
fn a_parser_reads_what_its_node_writes() {
    let conf = |text: &str| all(Kind::FluentConf, text);
    assert_eq!(conf(&(source(CRI) + JOINED)), [] as [&str; 0]);
    let json = ["json-parse-cri error source[0].parse.@type 7"];
    assert_eq!(conf(&source("@type json")), json);
    assert_eq!(
        conf(&source(
            "@type multi_format\n<pattern>\nformat json\n</pattern>\n<pattern>\nformat none\n</pattern>"
        )),
        json
    );
    assert_eq!(
        conf(
            "<source>\n@type tail\npath /var/log/pods/*/*/*.log\npos_file /p\nformat json\n</source>\n"
        ),
        ["json-parse-cri error source[0].format 5"]
    );
    assert_eq!(
        conf(&source("@type \"#{ENV['P'] || 'json'}\"")),
        ["parse-type-env warning source[0].parse.@type 7"]
    );
    for (format, wanted) in [
        ("%Y-%m-%dT%H:%M:%S.%NZ", "time-format-literal-z warning source[0].parse.time_format 9"),
        (
            "%Y-%m-%dT%H:%M:%S.%NZ\nutc true",
            "time-format-literal-z info source[0].parse.time_format 9",
        ),
        (
            "%Y-%m-%dT%H:%M:%S.%NZ\ntimezone +09:00",
            "time-format-literal-z info source[0].parse.time_format 9",
        ),
        ("%Y-%m-%dT%H:%M:%S.%9N%:z", "time-format-digits error source[0].parse.time_format 9"),
        ("%Y-%m-%dT%H:%M:%S.%3N%z", "time-format-digits error source[0].parse.time_format 9"),
    ] {
        assert_eq!(conf(&(source(&format!("{CRI}\ntime_format {format}")) + JOINED)), [wanted]);
    }
    for tag in ["F", "P", "(?<logtag>F)"] {
        let strict = CRI.replace("(?<logtag>[^ ]*)", tag);
        assert!(rules(&conf(&(source(&strict) + JOINED))).contains(&"logtag-too-strict"), "{tag}");
    }
    let both = CRI.replace("[^ ]*", "[FP]");
    assert_eq!(conf(&(source(&both) + JOINED)), [] as [&str; 0]);
    assert_eq!(
        conf("<source>\n@type tail\npath /var/log/containers/a.log\npos_file /p\n</source>\n"),
        ["parse-missing error source[0] 1"]
    );
}

#[test]
fn a_concat_is_judged_by_what_it_lacks() {
    let conf = |filter: &str| {
        let text = source("@type cri") + "<filter k.**>\n@type concat\n" + filter + "\n</filter>\n";
        all(Kind::FluentConf, &text)
    };
    let cri = "key message\nuse_partial_cri_logtag true";
    let wanted = [
        "concat-cri-drops-stream info filter[0] 10",
        "concat-cri-key-missing error filter[0] 10",
        "concat-cri-separator error filter[0] 10",
        "concat-no-identity warning filter[0] 10",
        "concat-no-timeout-label warning filter[0] 10",
    ];
    assert_eq!(conf(cri), wanted);
    let whole = format!(
        "{cri}\nseparator \"\"\npartial_cri_logtag_key logtag\npartial_cri_stream_key stream\nstream_identity_key stream\ntimeout_label @ROOT"
    );
    assert_eq!(conf(&whole), [] as [&str; 0]);
    let lines = "multiline_start_regexp /^a/\nstream_identity_key stream";
    let wanted = [
        "cri-partial-not-joined warning source[0] 1",
        "concat-no-timeout-label warning filter[0] 10",
        "concat-key-absent error filter[0].key 12",
    ];
    assert_eq!(conf(&format!("key log\n{lines}")), wanted);
}

#[test]
fn labels_position_files_and_paths() {
    let conf = |text: &str| all(Kind::FluentConf, text);
    let tail = |more: &str| {
        format!("<source>\n@type tail\ntag k\n{more}\n<parse>\n@type none\n</parse>\n</source>\n")
    };
    let labelled = tail("path /a.log\n@label @X");
    assert_eq!(conf(&labelled), ["label-undefined error source[0].@label 5"]);
    assert_eq!(conf(&format!("{labelled}@include x.conf\n")), [] as [&str; 0]);
    assert_eq!(conf(&format!("{labelled}<label @X>\n</label>\n")), [] as [&str; 0]);
    assert_eq!(
        conf(&tail("path /var/log/containers/a.log")),
        ["pos-file-missing warning source[0] 1"]
    );
    assert_eq!(conf(&tail("path /a.log")), [] as [&str; 0]);
    let shared = tail("path /a.log\npos_file /p") + &tail("path /b.log\npos_file /p");
    assert_eq!(conf(&shared), ["pos-file-shared error source[1].pos_file 14"]);
    let docker = tail("path /var/lib/docker/containers/*/*.log\npos_file /p");
    assert_eq!(conf(&docker), ["path-docker-dir error source[0].path 4"]);
    let own = tail("path /var/log/containers/*.log\npos_file /p");
    assert_eq!(conf(&own), ["self-tail info source[0].path 4"]);
    assert_eq!(conf(&own.replace("pos_file", "exclude_path [\"/x\"]\npos_file")), [] as [&str; 0]);
    assert_eq!(
        conf(&tail("path /var/log/docker.log\npos_file /p")),
        ["docker-daemon-log info source[0].path 4"]
    );
}

#[test]
fn scripts_of_a_fluentd_container() {
    let hook = |mount: &str, script: &str| {
        let found = pod(&format!(
            "containers:\n- image: fluent/fluentd-kubernetes-daemonset:v1\n  volumeMounts: [{{name: c, mountPath: {mount}}}]\n  lifecycle: {{postStart: {{exec: {{command: [sh, -c, \"{script}\"]}}}}}}\nvolumes: [{{name: c, configMap: {{name: c}}}}]"
        ));
        rules(&found).join(" ")
    };
    assert_eq!(
        hook("/fluentd/etc/base", "cp /fluentd/etc/base/a /fluentd/etc/fluent.conf"),
        "poststart-race"
    );
    assert_eq!(
        hook("/fluentd/etc", "cp /a /fluentd/etc/fluent.conf"),
        "cp-onto-configmap poststart-race"
    );
    assert_eq!(hook("/fluentd/etc", "echo x"), "");
    let image = |more: &str| {
        let found =
            pod(&format!("containers:\n- image: fluent/fluentd-kubernetes-daemonset:v1\n{more}"));
        rules(&found).join(" ")
    };
    assert_eq!(image(""), "fluentd-default-parser");
    let env = |value: &str| {
        format!("  env:\n  - {{name: FLUENT_CONTAINER_TAIL_PARSER_TYPE, value: {value}}}")
    };
    assert_eq!(image(&env("json")), "fluentd-default-parser");
    assert_eq!(image(&env("cri")), "fluentd-default-time-format");
    assert_eq!(
        image(&(env("cri") + "\n  - {name: FLUENT_CONTAINER_TAIL_PARSER_TIME_FORMAT, value: x}")),
        ""
    );
    assert_eq!(image("  volumeMounts: [{name: c, mountPath: /fluentd/etc}]"), "");
    let autoscaler = |tag: &str| {
        rules(&pod(&format!(
            "containers:\n- image: k8s.gcr.io/autoscaling/cluster-autoscaler:{tag}"
        )))
        .len()
    };
    assert_eq!((autoscaler("v1.23.1"), autoscaler("v1.24.0"), autoscaler("v1.9.0")), (1, 0, 1));
}
