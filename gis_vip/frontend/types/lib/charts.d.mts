// The library as pages load it, `lib/charts.mjs`: the part of ECharts that gis_vip/frontend/charts.mjs takes.
export { init } from "echarts/core";
export type { EChartsType } from "echarts/core";
