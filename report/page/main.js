'use strict';

const detail = new Detail(() => byId('rows').focus());
const timeline = new Timeline((bar, enter) => {
  if (bar) {
    detail.show(bar, enter);
  } else {
    detail.close();
  }
});
drawLegend();
drawCharts();
for (const time of document.querySelectorAll('time[data-at]')) {
  time.title = clockText(Number(time.dataset.at));
}
for (const start of document.querySelectorAll('time[data-origin]')) {
  const moment = new Date(data.origin * 1000);
  if (!Number.isNaN(moment.getTime())) start.title = moment.toString();
}
