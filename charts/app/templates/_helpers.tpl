{{- define "app.name" -}}
{{- .Values.app | default .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "app.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}{{ $image.repository }}@{{ $image.digest }}
{{- else -}}{{ $image.repository }}:{{ $image.tag }}{{- end -}}
{{- end -}}

{{- define "app.version" -}}
{{- $version := .Values.image.digest | default .Values.image.tag | replace ":" "-" | trunc 63 -}}
{{- regexReplaceAll "[^A-Za-z0-9]+$" $version "" -}}
{{- end -}}

{{/* What never changes for a process, for selectors. Takes (dict "root" $ "type" "web"). */}}
{{- define "app.selector" -}}
app.kubernetes.io/name: {{ include "app.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .type }}
{{- end -}}

{{- define "app.labels" -}}
app.kubernetes.io/name: {{ include "app.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- with include "app.version" . }}
app.kubernetes.io/version: {{ . | quote }}
{{- end }}
{{- range $key := list "name" "owner" "team" }}
{{- with index $.Values.sandbox $key }}
sandbox-bot.dev/{{ eq $key "name" | ternary "sandbox" $key }}: {{ regexReplaceAll "[^A-Za-z0-9_.-]+" . "-" | trunc 63 | trimAll "-_." | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* A pod's spec. Takes (dict "root" $ "type" "web" "process" {…}). */}}
{{- define "app.pod" -}}
{{- $values := .root.Values -}}
automountServiceAccountToken: false
serviceAccountName: {{ .root.Release.Name }}
terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
{{- with $values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: {{ $values.runAsUser }}
  fsGroup: {{ $values.runAsUser }}
  seccompProfile: {type: RuntimeDefault}
containers:
  - name: {{ .type }}
    image: {{ include "app.image" .root | quote }}
    imagePullPolicy: {{ $values.image.pullPolicy | default "IfNotPresent" }}
    {{- with .process.command }}
    {{- if kindIs "string" . }}
    command: ["/bin/sh", "-c", {{ . | quote }}]
    {{- else }}
    command: {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- end }}
    {{- with .process.args }}
    args: {{- toYaml . | nindent 6 }}
    {{- end }}
    env:
      {{- if eq .type "web" }}
      - {name: PORT, value: {{ .process.port | default 8080 | quote }}}
      {{- end }}
      {{- with $values.url }}
      - {name: APP_URL, value: {{ . | quote }}}
      {{- end }}
      - {name: OTEL_SERVICE_NAME, value: {{ include "app.name" .root | quote }}}
      - name: OTEL_RESOURCE_ATTRIBUTES
        value: {{ printf "service.namespace=%s,service.version=%s,deployment.environment.name=%s" .root.Release.Namespace (include "app.version" .root) ($values.telemetry.environment | default "production") | quote }}
      {{- with $values.telemetry.otlpEndpoint }}
      - {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ . | quote }}}
      {{- end }}
      - {name: SENTRY_ENVIRONMENT, value: {{ $values.telemetry.environment | default "production" | quote }}}
      - {name: SENTRY_RELEASE, value: {{ include "app.version" .root | quote }}}
    envFrom:
      - configMapRef: {name: {{ .root.Release.Name }}-env}
      {{- range $values.secrets }}
      - secretRef: {name: {{ . | quote }}}
      {{- end }}
    {{- if eq .type "web" }}
    ports:
      - {name: http, containerPort: {{ .process.port | default 8080 }}}
    {{- end }}
    {{- $probes := .process.probes | default dict }}
    {{- if and (eq .type "web") (not $probes.disabled) }}
    startupProbe:
      httpGet: {path: {{ $probes.path | default "/" }}, port: http}
      periodSeconds: 2
      failureThreshold: 60
    readinessProbe:
      httpGet: {path: {{ $probes.path | default "/" }}, port: http}
      periodSeconds: 5
    livenessProbe:
      httpGet: {path: {{ $probes.path | default "/" }}, port: http}
      periodSeconds: 15
      failureThreshold: 4
    {{- end }}
    resources: {{- .process.resources | default $values.resources | toYaml | nindent 6 }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: {{ $values.readOnlyRootFilesystem }}
      capabilities: {drop: [ALL]}
    volumeMounts:
      - {name: tmp, mountPath: /tmp}
volumes:
  - {name: tmp, emptyDir: {}}
{{- range $key := list "nodeSelector" "tolerations" "affinity" }}
{{- with index $values $key }}
{{ $key }}: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}
