{{/* What everything of the release begins with. */}}
{{- define "sluice.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{/* Labels a selector may use: they never change. Takes (dict "root" $ "component" name). */}}
{{- define "sluice.selectorLabels" -}}
app.kubernetes.io/name: sluice
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "sluice.labels" -}}
{{ include "sluice.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: sluice
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{/* Takes an image's values and what its tag is when empty. */}}
{{- define "sluice.image" -}}
{{- if .image.digest -}}
{{ .image.repository }}@{{ .image.digest }}
{{- else -}}
{{ .image.repository }}:{{ .image.tag | default .tag }}
{{- end -}}
{{- end }}

{{- define "sluice.databaseSecret" -}}
{{- if .Values.database.existingSecret -}}
{{ .Values.database.existingSecret }}
{{- else if .Values.demoPostgres.enabled -}}
{{ include "sluice.name" . }}-demo-postgres
{{- else -}}
{{ fail "database.existingSecret is not set: create a Secret with the address of Postgres (kubectl create secret generic sluice-database --from-literal=url=postgres://user:password@host:5432/sluice) and name it there" }}
{{- end -}}
{{- end }}

{{- define "sluice.adminSecret" -}}
{{- if .Values.admin.existingSecret -}}
{{ .Values.admin.existingSecret }}
{{- else if .Values.demoPostgres.enabled -}}
{{ include "sluice.name" . }}-demo-postgres
{{- else -}}
{{ fail "admin.existingSecret is not set: create a Secret with the token of /admin (kubectl create secret generic sluice-admin --from-literal=token=…) and name it there" }}
{{- end -}}
{{- end }}

{{- define "sluice.configurationMap" -}}
{{- if .Values.configuration.existingConfigMap -}}
{{ .Values.configuration.existingConfigMap }}
{{- else if or .Values.configuration.content .Values.demoPostgres.enabled -}}
{{ include "sluice.name" . }}-configuration
{{- else -}}
{{ fail "configuration.content is empty: put the strategies there, or name a ConfigMap with them in configuration.existingConfigMap" }}
{{- end -}}
{{- end }}

{{- define "sluice.collectorEndpoint" -}}
{{- if .Values.telemetry.endpoint -}}
{{ .Values.telemetry.endpoint }}
{{- else if .Values.collector.enabled -}}
http://{{ include "sluice.name" . }}-collector:4318
{{- end -}}
{{- end }}

{{- define "sluice.telemetryNamespace" -}}
{{ .Values.telemetry.namespace | default .Release.Name }}
{{- end }}

{{/* A service's settings over the defaults, as YAML. Takes (dict "root" $ "name" name). */}}
{{- define "sluice.service" -}}
{{ mustMergeOverwrite (deepCopy .root.Values.serviceDefaults) (deepCopy (index .root.Values.services .name)) | toYaml }}
{{- end }}

{{/* Labels that every pod of the release has: whom a policy for all of them means. */}}
{{- define "sluice.releaseLabels" -}}
app.kubernetes.io/name: sluice
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* The port of a name such as api.example:9443; 443 where it has none. */}}
{{- define "sluice.portOfName" -}}
{{ splitList ":" . | rest | first | default "443" }}
{{- end }}

{{/* The ports of names, each once, as a JSON list below `ports`. */}}
{{- define "sluice.portsOfNames" -}}
{{- $ports := list }}
{{- range . }}{{ $ports = append $ports (include "sluice.portOfName" .) }}{{ end }}
{{- dict "ports" (uniq $ports) | toJson }}
{{- end }}

{{/* The port in an address such as http://loki:3100. */}}
{{- define "sluice.portOf" -}}
{{- $address := urlParse . -}}
{{ $address.host | splitList ":" | rest | first | default (ternary "443" "80" (eq $address.scheme "https")) }}
{{- end }}
