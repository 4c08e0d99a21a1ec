import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  LogsSortOrder,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardLinkBuilder,
  DashboardLinkType,
  type DynamicConfigValue,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as LogsPanel } from '@grafana/grafana-foundation-sdk/logs';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/loki';
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeseriesPanel } from '@grafana/grafana-foundation-sdk/timeseries';
import { badge, levelColours } from './colours.ts';
import { loki } from './data-source.ts';

/** Each series of a graph is a query and the text of its legend. */
export type Series = { expr: string; legend: string };

type Place = { title: string; about: string; width: number; height?: number };

const rowHeight = 8;

/** A graph over time. `bars` for counts, lines for what is measured. */
export function graph(place: Place, unit: string, series: Series[], bars = false): TimeseriesPanel {
  const panel = placed(new TimeseriesPanel(), place)
    .unit(unit)
    .min(0)
    .targets(series.map((one, index) => query(one.expr, 'range', index).legendFormat(one.legend)))
    // The SDK's default hides it, and a graph of several tags is then a riddle.
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (!bars) return panel.showPoints(VisibilityMode.Auto).fillOpacity(5);
  return panel
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(70)
    .lineWidth(0)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
}

/** One figure of the whole time range. */
export function figureOf(place: Place, unit: string, expr: string): StatPanel {
  return placed(new StatPanel(), { height: 4, ...place })
    .unit(unit)
    .noValue('none')
    .targets([query(expr, 'instant', 0)])
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false));
}

/** Columns of instant queries that share their labels: `Value #A` of the first query, `Value #B` of the second. */
export function table(
  place: Place,
  columns: { name: string; expr: string; unit: string }[],
  labels: string[],
): TablePanel {
  const renamed = Object.fromEntries(columns.map(({ name }, index) => [`Value #${refId(index)}`, name]));
  const order = [...labels, ...Object.keys(renamed)];
  const panel = placed(new TablePanel(), place)
    .targets(columns.map(({ expr }, index) => query(expr, 'instant', index)))
    .transformations([
      { id: 'merge', options: {} },
      {
        id: 'organize',
        options: {
          excludeByName: { Time: true },
          indexByName: Object.fromEntries(order.map((name, index) => [name, index])),
          renameByName: renamed,
        },
      },
    ]);
  for (const { name, unit } of columns) panel.overrideByName(name, [{ id: 'unit', value: unit }]);
  return panel;
}

/** Lines as rows whose labels are columns: the job's tag stands as a badge of its own, and only where there is one. */
export function linesAsTable(place: Place, expr: string, labels: string[], maxLines = 500): TablePanel {
  // A feature toggle of Grafana's decides what it calls the instant and the text of a line.
  const shown = ['Time', 'timestamp', ...labels, 'Line', 'body'];
  const panel = placed(new TablePanel(), place)
    .targets([query(expr, 'range', 0).maxLines(maxLines)])
    .transformations([
      { id: 'extractFields', options: { source: 'labels', format: 'json', keepTime: false, replace: false } },
      { id: 'filterFieldsByName', options: { include: { names: shown } } },
      {
        id: 'organize',
        options: {
          indexByName: Object.fromEntries(shown.map((name, index) => [name, index])),
          renameByName: { timestamp: 'Time', body: 'Line' },
        },
      },
    ])
    .filterable(true)
    .overrideByName('Time', width(190));
  if (labels.includes('job_tag')) panel.overrideByName('job_tag', [...width(150), ...badge]);
  if (labels.includes('severity_text')) panel.overrideByName('severity_text', [...width(100), ...levelColours]);
  return panel;
}

/** Lines with all that belongs to them behind a click. */
export function logs(place: Place, expr: string): LogsPanel {
  return placed(new LogsPanel(), place)
    .targets([query(expr, 'range', 0).maxLines(500)])
    .showTime(true)
    .wrapLogMessage(true)
    .enableLogDetails(true)
    .sortOrder(LogsSortOrder.Descending);
}

/** A link on each value of a column or series. */
export function linkTo(title: string, url: string): Builder<ReturnType<DashboardLinkBuilder['build']>> {
  return new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url);
}

/** The same link, on one column of a table. */
export function columnLink(title: string, url: string): DynamicConfigValue {
  return { id: 'links', value: [{ title, url }] };
}

function width(pixels: number): DynamicConfigValue[] {
  return [{ id: 'custom.width', value: pixels }];
}

function query(expr: string, queryType: 'range' | 'instant', index: number): DataqueryBuilder {
  // The SDK does not name queries itself, and without a name a second one takes the place of the first.
  return new DataqueryBuilder().refId(refId(index)).expr(expr).queryType(queryType).datasource(loki);
}

function refId(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

type Placeable<P> = Record<'title' | 'description', (text: string) => P> &
  Record<'span' | 'height', (size: number) => P> & { datasource: (source: typeof loki) => P };

function placed<P extends Placeable<P>>(panel: P, { title, about, width: columns, height = rowHeight }: Place): P {
  return panel.title(title).description(about).span(columns).height(height).datasource(loki);
}
