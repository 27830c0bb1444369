import { expect, test } from 'vitest'
import { maskLayout } from './mask-layout'

/** Images with their masks as `image < mask`, images alone as they are. */
function laidOut(...paths: string[]): string[] {
  return maskLayout(paths).images.map(({ path, mask }) => (mask === null ? path : `${path} < ${mask}`))
}

test('VOC: SegmentationClass and SegmentationObject are masks, classes before objects', () => {
  const paths = ['JPEGImages/1.jpg', 'JPEGImages/2.jpg', 'SegmentationClass/1.png', 'SegmentationObject/1.png']
  expect(laidOut(...paths.map((path) => `VOC2012/${path}`))).toEqual([
    'VOC2012/JPEGImages/1.jpg < VOC2012/SegmentationClass/1.png',
    'VOC2012/JPEGImages/2.jpg',
  ])
  expect(maskLayout(paths).folders).toEqual([
    { folder: 'SegmentationClass', count: 1, mixed: false, taken: 1 },
    { folder: 'SegmentationObject', count: 1, mixed: false, taken: 0 },
  ])
  expect(laidOut('JPEGImages/1.jpg', 'SegmentationObject/1.png')).toEqual([
    'JPEGImages/1.jpg < SegmentationObject/1.png',
  ])
})

test('ADE20K, Oxford, PennFudan, Cityscapes, MVTec, DUTS', () => {
  expect(
    laidOut(
      'images/training/a.jpg',
      'annotations/training/a.png',
      'annotations/validation/b.png',
      'images/validation/b.jpg',
    ),
  ).toEqual([
    'images/training/a.jpg < annotations/training/a.png',
    'images/validation/b.jpg < annotations/validation/b.png',
  ])
  expect(laidOut('images/Abyssinian_1.jpg', 'annotations/trimaps/Abyssinian_1.png')).toEqual([
    'images/Abyssinian_1.jpg < annotations/trimaps/Abyssinian_1.png',
  ])
  expect(laidOut('PNGImages/FudanPed00001.png', 'PedMasks/FudanPed00001_mask.png')).toEqual([
    'PNGImages/FudanPed00001.png < PedMasks/FudanPed00001_mask.png',
  ])
  const fine = ['color', 'instanceIds', 'labelIds'].map((kind) => `gtFine/train/aachen/a_000_gtFine_${kind}.png`)
  expect(laidOut('leftImg8bit/train/aachen/a_000_leftImg8bit.png', ...fine)).toEqual([
    `leftImg8bit/train/aachen/a_000_leftImg8bit.png < ${fine[2]}`,
  ])
  expect(laidOut('train/good/0.png', 'test/good/0.png', 'test/hole/0.png', 'ground_truth/hole/0_mask.png')).toEqual([
    'train/good/0.png',
    'test/good/0.png',
    'test/hole/0.png < ground_truth/hole/0_mask.png',
  ])
  expect(laidOut('DUTS-TR-Image/x.jpg', 'DUTS-TR-Mask/x.png')).toEqual(['DUTS-TR-Image/x.jpg < DUTS-TR-Mask/x.png'])
})

test('classes inside images and masks, masks inside images, masks beside images', () => {
  expect(laidOut('images/cat/1.jpg', 'images/dog/1.jpg', 'masks/cat/1.png', 'masks/dog/1.png')).toEqual([
    'images/cat/1.jpg < masks/cat/1.png',
    'images/dog/1.jpg < masks/dog/1.png',
  ])
  expect(laidOut('train/images/1.jpg', 'train/masks/1.png', 'val/images/1.jpg', 'val/masks/1.png')).toEqual([
    'train/images/1.jpg < train/masks/1.png',
    'val/images/1.jpg < val/masks/1.png',
  ])
  expect(laidOut('cat/1.jpg', 'dog/1.jpg', 'masks/cat/1.png', 'masks/dog/1.png')).toEqual([
    'cat/1.jpg < masks/cat/1.png',
    'dog/1.jpg < masks/dog/1.png',
  ])
  expect(laidOut('a/1.tif', 'a/1_mask.tif', 'b/2.tif', 'b/2_mask.tif')).toEqual([
    'a/1.tif < a/1_mask.tif',
    'b/2.tif < b/2_mask.tif',
  ])
})

test('one name in two folders is not a mask of both', () => {
  expect(laidOut('images/cat/1.jpg', 'images/dog/1.jpg', 'images/dog/2.jpg', 'masks/1.png', 'masks/2.png')).toEqual([
    'images/cat/1.jpg',
    'images/dog/1.jpg',
    'images/dog/2.jpg < masks/2.png',
  ])
})

test('classes that are called like masks stay classes', () => {
  for (const paths of [
    ['with_mask/1.jpg', 'without_mask/1.jpg', 'without_mask/2.jpg'],
    ['mask/1.jpg', 'mask/2.jpg', 'hat/1.jpg', 'hat/2.jpg'],
    ['masks/a.jpg', 'images/b.jpg', 'images/c.jpg'],
    ['labels/a.jpg', 'bottles/b.jpg'],
    ['a/left_l.png', 'a/right_r.png'],
  ]) {
    expect(laidOut(...paths)).toEqual(paths)
  }
})
