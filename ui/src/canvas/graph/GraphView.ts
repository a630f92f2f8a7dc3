/**
 * The asset graph on a canvas: `new GraphView(element, {onSelect})`, `.update({nodes, edges})`,
 * `.destroy()`. It knows no page; what is selected or closed comes from outside, and is told there.
 *
 * A change of nodes, edges, groups or direction is laid out anew (in a worker, where it is large);
 * one of standings, selection or theme is only drawn anew.
 */
import type { Look } from "./cards";
import { Gestures, type Heard } from "./gestures";
import {
  type Direction,
  type GraphEdge,
  type GraphNode,
  type GraphStanding,
  groupOf,
} from "./graph";
import type { Rect } from "./layout";
import { Layouter } from "./layouter";
import { readPalette } from "./palette";
import { Stage } from "./Stage";
import { inside, Scene } from "./scene";
import { visible } from "./visible";

/** All that the view shows. */
export interface GraphState {
  nodes: readonly GraphNode[];
  edges: readonly GraphEdge[];
  standings: ReadonlyMap<string, GraphStanding>;
  /** Ids of the groups (`groupOf`) that are shown as one card. */
  collapsed: ReadonlySet<string>;
  /** Whether islands and groups are drawn around the nodes. */
  hasGroups: boolean;
  direction: Direction;
  selection: ReadonlySet<string>;
  /** The node that is marked, as by a search. */
  focus: string | null;
  /** The hue of each location. */
  hues: ReadonlyMap<string, number>;
  isDark: boolean;
}

export type SelectHow = "only" | "add" | "toggle";

/** What the view tells. */
export interface GraphOptions {
  /** Nodes were chosen: instead of the selection, added to it, or taken out where they are in it. */
  onSelect?: (ids: string[], how: SelectHow) => void;
  /** A node was double-clicked. */
  onOpen?: (id: string) => void;
  /** Groups are to be opened or closed. */
  onToggle?: (groups: string[]) => void;
  /** A menu was asked for, at a place in the window; on what. */
  onMenu?: (at: { x: number; y: number }, ids: string[], group: string | null) => void;
  /** The layout is there and drawn. */
  onReady?: () => void;
  hasMap?: boolean;
}

const EMPTY: GraphState = {
  nodes: [],
  edges: [],
  standings: new Map(),
  collapsed: new Set(),
  hasGroups: false,
  direction: "right",
  selection: new Set(),
  focus: null,
  hues: new Map(),
  isDark: false,
};
const PAN_PX = 80;
const ZOOM = 1.3;
/** A pointer that only passes highlights nothing. */
const REST_MS = 110;
/** From where a node can be read. */
const NEAR_K = 0.8;
/** Below this, not even titles are drawn. */
const LEGIBLE_K = 0.2;
/** How near the beginning of a graph is shown that is not legible as a whole. */
const BEGIN_K = 0.6;
const MARGIN_PX = 60;

export class GraphView {
  private state: GraphState = EMPTY;
  private readonly stage: Stage;
  private readonly gestures: Gestures;
  private readonly layouter = new Layouter();
  private readonly clock: ReturnType<typeof setInterval>;
  private asked = "";
  private rest: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly element: HTMLElement,
    private readonly options: GraphOptions = {},
  ) {
    this.stage = new Stage(
      element,
      options.hasMap ?? false,
      () => this.begin(),
      (dx, dy) => this.panBy(dx, dy),
    );
    this.gestures = new Gestures(element, this.heard());
    this.clock = setInterval(() => this.stage.relook(this.lookNow()), 60_000);
  }

  /** Show something else; what is not given stays. */
  update(change: Partial<GraphState>): void {
    const before = this.state;
    this.state = { ...before, ...change };
    const { state } = this;
    const isOther = (["nodes", "edges", "collapsed", "hasGroups", "direction"] as const).some(
      (name) => state[name] !== before[name],
    );
    const isRecoloured = (["standings", "hues", "isDark"] as const).some(
      (name) => state[name] !== before[name],
    );
    if (isOther) this.layOut(before);
    if (isRecoloured) this.stage.relook(this.lookNow());
    if (state.selection !== before.selection) this.highlight();
    if (state.focus !== before.focus && state.focus !== null) this.centre(state.focus);
    this.placeOver();
  }

  /** Show all of it. */
  fit(): void {
    const camera = this.stage.overall();
    if (camera) this.gestures.go(camera);
  }

  zoomBy(factor: number): void {
    const { x, y, k } = this.stage.camera;
    const middle = this.stage.middle();
    const move = (at: number, own: number) => at - (at - own) * factor;
    this.gestures.go({ x: move(middle.x, x), y: move(middle.y, y), k: k * factor });
  }

  panBy(dx: number, dy: number): void {
    const { x, y, k } = this.stage.camera;
    this.gestures.go({ x: x + dx, y: y + dy, k });
  }

  /** Bring the card of a node into the middle, near enough to be read. */
  centre(id: string): void {
    const card = this.cardOf(id);
    if (card === undefined || this.stage.scene === undefined) return;
    const { x, y, width, height } = this.stage.scene.rectOf(card);
    const k = Math.max(this.stage.camera.k, NEAR_K);
    this.gestures.go(this.stage.around(x + width / 2, y + height / 2, k));
  }

  destroy(): void {
    this.asked = "nothing";
    clearInterval(this.clock);
    clearTimeout(this.rest);
    this.gestures.destroy();
    this.layouter.destroy();
    this.stage.destroy();
  }

  // --- what is shown -----------------------------------------------------------------------

  /** All of it where that can be read, else where it begins: a graph of specks tells nothing. */
  private begin(): void {
    const overall = this.stage.overall();
    if (overall !== undefined && overall.k < LEGIBLE_K) this.showBeginning();
    else this.fit();
    if (this.state.focus !== null) this.centre(this.state.focus);
  }

  private showBeginning(): void {
    const { scene } = this.stage;
    const rects = scene?.cards.map((_, card) => scene.rectOf(card)) ?? [];
    const left = Math.min(...rects.map((rect) => rect.x));
    const top = Math.min(...rects.filter((rect) => rect.x === left).map((rect) => rect.y));
    const middle = this.stage.middle();
    const x = left + (middle.x - MARGIN_PX) / BEGIN_K;
    this.gestures.go(this.stage.around(x, top + (middle.y - 2 * MARGIN_PX) / BEGIN_K, BEGIN_K));
  }

  private layOut(before: GraphState): void {
    const shown = visible(this.state);
    if (shown.key === this.asked && before.nodes === this.state.nodes) return;
    const anchor = this.anchor(before);
    this.asked = shown.key;
    this.layouter.ask(shown.key, shown.input, (layout) => {
      if (this.asked !== shown.key) return;
      const isFirst = (this.stage.scene?.cards.length ?? 0) === 0;
      this.stage.show(new Scene(shown, layout), this.lookNow());
      this.stage.over.hovered = -1;
      this.highlight();
      const isTurned = before.direction !== this.state.direction;
      if (isFirst) this.begin();
      else if (anchor) this.holdAt(anchor);
      else if (isTurned || before.collapsed !== this.state.collapsed) this.fit();
      else if (!this.stage.isAnyInSight()) this.fit();
      this.options.onReady?.();
    });
  }

  private lookNow(): Look {
    const { isDark, hues, standings } = this.state;
    const palette = readPalette(this.element, isDark, hues);
    return { palette, standings, now: Date.now() / 1000 };
  }

  /** Where the one group that was opened or closed was on screen. */
  private anchor(before: GraphState): { group: string; x: number; y: number } | undefined {
    const changed = [...before.collapsed, ...this.state.collapsed].filter(
      (id) => before.collapsed.has(id) !== this.state.collapsed.has(id),
    );
    const group = changed[0];
    if (changed.length !== 1 || group === undefined) return undefined;
    const place = this.placeOf(group);
    if (place === null) return undefined;
    const { x, y, k } = this.stage.camera;
    return { group, x: place.x * k + x, y: place.y * k + y };
  }

  private placeOf(group: string): Rect | null {
    const { scene } = this.stage;
    if (scene === undefined) return null;
    const card = scene.cards.findIndex((each) => each.isGroup && each.id === group);
    if (card >= 0) return scene.rectOf(card);
    return scene.layout.lanes[scene.visible.lanes.findIndex((lane) => lane.id === group)] ?? null;
  }

  private holdAt({ group, x, y }: { group: string; x: number; y: number }): void {
    const place = this.placeOf(group);
    const { k } = this.stage.camera;
    if (place) this.gestures.go({ x: x - place.x * k, y: y - place.y * k, k });
  }

  private cardOf(id: string): number | undefined {
    return this.stage.scene?.visible.cardOf.get(id);
  }

  private selectedCards(): number[] {
    const cards = Array.from(this.state.selection, (id) => this.cardOf(id));
    return [...new Set(cards.filter((card) => card !== undefined))];
  }

  /** Light up what is up- and downstream of the card pointed at, or else of the selection. */
  private highlight(): void {
    const { scene, over } = this.stage;
    const cards = over.hovered >= 0 ? [over.hovered] : this.selectedCards();
    const isPart = cards.length > 0 && cards.length < (scene?.cards.length ?? 0);
    this.stage.highlight(isPart ? scene?.lineage(cards) : undefined);
    this.placeOver();
  }

  private placeOver(): void {
    const { focus } = this.state;
    this.stage.over.selected = this.selectedCards();
    this.stage.over.focus = focus === null ? undefined : this.cardOf(focus);
    this.stage.draw();
  }

  // --- hands -------------------------------------------------------------------------------

  private heard(): Heard {
    return {
      onCamera: (camera) => this.stage.look(camera),
      onPoint: (x, y) => this.onPoint(x, y),
      onLeave: () => this.hover(-1),
      onClick: (x, y, isAdding) => this.onClick(x, y, isAdding),
      onDoubleClick: (x, y) => this.onDoubleClick(x, y),
      onMenu: (x, y, event) => this.onMenu(x, y, event),
      onBox: (box, isDone) => this.onBox(box, isDone),
      onKey: (event) => this.onKey(event),
    };
  }

  private membersOf(card: number): string[] {
    return this.stage.scene?.cards[card]?.members.map((node) => node.id) ?? [];
  }

  private onPoint(x: number, y: number): void {
    const { stage } = this;
    const card = stage.cardAt(x, y);
    const isHand = card >= 0 || stage.headAt(x, y) !== null || stage.nameAt(x, y) !== undefined;
    this.element.style.cursor = isHand ? "pointer" : "grab";
    stage.over.pointer = { x, y };
    clearTimeout(this.rest);
    if (card === stage.over.hovered) stage.draw();
    else this.rest = setTimeout(() => this.hover(card), card < 0 ? 0 : REST_MS);
  }

  private hover(card: number): void {
    clearTimeout(this.rest);
    if (card === this.stage.over.hovered) return;
    this.stage.over.hovered = card;
    this.highlight();
  }

  private onClick(x: number, y: number, isAdding: boolean): void {
    const { stage, options } = this;
    const jump = stage.mapAt(x, y);
    if (jump) {
      this.gestures.go(jump);
      return;
    }
    const index = stage.cardAt(x, y);
    const card = stage.scene?.cards[index];
    const name = stage.nameAt(x, y);
    const head = stage.headAt(x, y);
    if (card?.isGroup && this.isOnSign(card.id, x, y)) options.onToggle?.([card.id]);
    else if (card) options.onSelect?.(this.membersOf(index), isAdding ? "toggle" : "only");
    else if (name !== undefined) options.onToggle?.(this.groupsIn(name));
    else if (head !== null) options.onToggle?.([head]);
    else if (!isAdding) options.onSelect?.([], "only");
  }

  /** All groups of a location that are open or, where none is, closed. */
  private groupsIn(location: string): string[] {
    const { scene } = this.stage;
    const open = scene?.visible.lanes.filter((lane) => lane.isFramed && lane.location === location);
    if (open && open.length > 0) return open.map((lane) => lane.id);
    const closed = scene?.cards.filter((card) => card.isGroup && card.location === location);
    return closed?.map((card) => card.id) ?? [];
  }

  /** Whether a place is on the sign that opens a group. */
  private isOnSign(group: string, x: number, y: number): boolean {
    const place = this.placeOf(group);
    if (place === null) return false;
    const at = this.stage.world({ x, y, width: 0, height: 0 });
    const sign = { x: place.x + place.width - 34, y: place.y, width: 34, height: 38 };
    return inside(at.x, at.y, sign);
  }

  private onDoubleClick(x: number, y: number): void {
    const card = this.stage.scene?.cards[this.stage.cardAt(x, y)];
    if (card === undefined) return;
    if (!card.isGroup) this.options.onOpen?.(card.id);
    else if (!this.isOnSign(card.id, x, y)) this.options.onToggle?.([card.id]);
  }

  private onMenu(x: number, y: number, event: MouseEvent): void {
    if (!this.options.onMenu) return;
    const index = this.stage.cardAt(x, y);
    const card = this.stage.scene?.cards[index];
    const group = card?.isGroup ? card.id : card ? null : this.stage.headAt(x, y);
    if (card === undefined && group === null) return;
    event.preventDefault();
    const own = card ? this.membersOf(index) : this.membersIn(group);
    this.options.onMenu({ x: event.clientX, y: event.clientY }, own, group);
  }

  private membersIn(group: string | null): string[] {
    return this.state.nodes.filter((node) => groupOf(node) === group).map((node) => node.id);
  }

  private onBox(box: Rect | null, isDone: boolean): void {
    this.stage.over.box = isDone ? null : box;
    this.stage.draw();
    if (!isDone || box === null) return;
    const cards = this.stage.scene?.cardsIn(this.stage.world(box)) ?? [];
    const ids = cards.flatMap((card) => this.membersOf(card));
    this.options.onSelect?.(ids, "add");
  }

  private onKey(event: KeyboardEvent): void {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const keys: Record<string, () => void> = {
      ArrowLeft: () => this.panBy(PAN_PX, 0),
      ArrowRight: () => this.panBy(-PAN_PX, 0),
      ArrowUp: () => this.panBy(0, PAN_PX),
      ArrowDown: () => this.panBy(0, -PAN_PX),
      "+": () => this.zoomBy(ZOOM),
      "=": () => this.zoomBy(ZOOM),
      "-": () => this.zoomBy(1 / ZOOM),
      f: () => this.fit(),
      Escape: () => this.options.onSelect?.([], "only"),
    };
    const run = keys[event.key];
    if (run === undefined) return;
    event.preventDefault();
    run();
  }
}
