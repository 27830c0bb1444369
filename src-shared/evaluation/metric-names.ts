import type { ControlId, MetricGroup, MetricId } from './metrics'

export const METRIC_GROUP_NAMES: Record<MetricGroup, string> = {
  deletion: 'Deletion',
  insertion: 'Insertion',
  ad: 'Average drop',
  road: 'ROAD',
  saco: 'SaCo',
  randomisation: 'Randomisation',
  localisation: 'Localisation',
}

/** As tables and sentences have them. */
export const METRIC_NAMES: Record<MetricId, string> = {
  deletion_mean: 'deletion (mean fill)',
  deletion_blur: 'deletion (blur)',
  insertion_mean: 'insertion (mean fill)',
  insertion_blur: 'insertion (blur)',
  average_drop: 'average drop',
  increase: 'increase in confidence',
  average_gain: 'average gain',
  average_drop_black: 'average drop (black)',
  increase_black: 'increase in confidence (black)',
  average_gain_black: 'average gain (black)',
  road_morf: 'ROAD MoRF',
  road_lerf: 'ROAD LeRF',
  road_difference: 'ROAD LeRF − MoRF',
  road_accuracy_morf: 'ROAD accuracy MoRF',
  road_accuracy_lerf: 'ROAD accuracy LeRF',
  saco: 'SaCo',
  randomisation_last: 'last block shuffled',
  randomisation_all: 'all blocks shuffled',
  pointing: 'pointing game',
  energy: 'energy inside the mask',
  iou: 'IoU with the mask',
}

export const CONTROL_NAMES: Record<ControlId | 'next', string> = {
  random: 'random order',
  centre: 'Gaussian in the middle',
  next: 'the next image’s map',
}
