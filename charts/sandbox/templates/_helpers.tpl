{{- define "sandbox.labels" -}}
app.kubernetes.io/name: sandbox
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- with .Values.sandbox.name }}
sandbox-bot.dev/sandbox: {{ . | quote }}
{{- end }}
{{- end -}}
