{{/* Every container of the release runs like this. */}}
{{- define "sluice.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* `node` of the official image is 1000. */}}
{{- define "sluice.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* What a container of our own image needs to know of the installation. */}}
{{- define "sluice.environment" -}}
- name: DATABASE_URL
  valueFrom:
    secretKeyRef:
      name: {{ include "sluice.databaseSecret" . }}
      key: {{ .Values.database.key }}
- name: OTEL_RESOURCE_ATTRIBUTES
  value: service.namespace={{ include "sluice.telemetryNamespace" . }},deployment.environment.name={{ .Values.telemetry.environment }}
{{- with include "sluice.collectorEndpoint" . }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . | quote }}
{{- end }}
- name: LOG_LEVEL
  value: {{ .Values.telemetry.logLevel }}
{{- with .Values.telemetry.logLevelTags }}
- name: LOG_LEVEL_TAGS
  value: {{ . | quote }}
{{- end }}
- name: LOG_FORMAT
  value: json
{{- if .Values.accountKeys.existingSecret }}
- name: SECRETS_DIR
  value: /run/secrets/sluice
{{- end }}
{{- end }}

{{- define "sluice.environmentFrom" -}}
{{- range .Values.configuration.environmentSecrets }}
- secretRef:
    name: {{ . }}
{{- end }}
{{- if and .Values.demoPostgres.enabled (not .Values.configuration.environmentSecrets) }}
- secretRef:
    name: {{ include "sluice.name" . }}-demo-secrets
{{- end }}
{{- end }}

{{- define "sluice.mounts" -}}
- name: tmp
  mountPath: /tmp
{{- if .Values.accountKeys.existingSecret }}
- name: account-keys
  mountPath: /run/secrets/sluice
  readOnly: true
{{- end }}
{{- end }}

{{- define "sluice.volumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: 64Mi
{{- if .Values.accountKeys.existingSecret }}
- name: account-keys
  secret:
    secretName: {{ .Values.accountKeys.existingSecret }}
    defaultMode: 0440
{{- end }}
{{- end }}

{{/* What is the same for the pods of services and of jobs. */}}
{{- define "sluice.podBasics" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- include "sluice.podSecurity" . | nindent 2 }}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{/* A container of the `sluice` command. Takes (dict "root" $ "name" name "args" (list …)). */}}
{{- define "sluice.command" -}}
- name: {{ .name }}
  image: {{ include "sluice.image" (dict "image" .root.Values.image "tag" .root.Chart.AppVersion) }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  args:
    - cli/src/main.ts
    {{- toYaml .args | nindent 4 }}
  env:
    {{- include "sluice.environment" .root | nindent 4 }}
  {{- with include "sluice.environmentFrom" .root }}
  envFrom:
    {{- . | trim | nindent 4 }}
  {{- end }}
  securityContext:
    {{- include "sluice.containerSecurity" .root | nindent 4 }}
  resources:
    {{- toYaml .root.Values.migrations.resources | nindent 4 }}
  volumeMounts:
    {{- include "sluice.mounts" .root | nindent 4 }}
{{- end }}
