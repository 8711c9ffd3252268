// What the charts use of ECharts, and nothing else: made into one module by build.mjs.
import { BarChart, BoxplotChart, GaugeChart, HeatmapChart, LineChart, PieChart } from "echarts/charts";
import {
  AriaComponent,
  CalendarComponent,
  GridComponent,
  LegendPlainComponent,
  MarkLineComponent,
  TitleComponent,
  TooltipComponent,
  VisualMapPiecewiseComponent,
} from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([
  AriaComponent, BarChart, BoxplotChart, CalendarComponent, GaugeChart, GridComponent, HeatmapChart,
  LegendPlainComponent, LineChart, MarkLineComponent, PieChart, SVGRenderer, TitleComponent, TooltipComponent,
  VisualMapPiecewiseComponent,
]);

export { init };
