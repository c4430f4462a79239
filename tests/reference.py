"""The analyses once more, written straight from the formulas, one component at a time and slowly."""

from __future__ import annotations

import warnings
from math import comb

import numpy as np
from sklearn.cluster import KMeans


def cos(a, b) -> float:
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def clarity(samples) -> float:
    """The mean cosine over all pairs of different samples."""
    n = len(samples)
    return float(np.mean([cos(samples[i], samples[j]) for i in range(n) for j in range(n) if i != j]))


def polysemanticity(samples) -> float:
    """1 − clarity of two centroids by scikit-learn's k-means; else over ten samples."""
    samples = np.asarray(samples, np.float64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = KMeans(n_clusters=2, n_init=10, random_state=123).fit(samples)
    counts = np.bincount(found.labels_, minlength=2)
    if counts.min() >= 2:
        return 1 - clarity(found.cluster_centers_)
    first = samples[:10]
    return 1 - float(np.mean([clarity([samples.mean(axis=0), sample]) for sample in first]))


def redundancy(theta) -> list[float]:
    n = len(theta)
    return [max(cos(theta[k], theta[j]) for j in range(n) if j != k) for k in range(n)]


def text_query(model, text, templates) -> np.ndarray:
    """q = mean over templates t of [F(t(query)) − F(t(""))]; one text is encoded at a time."""
    if not templates:
        return model.encode_texts([text])[0]
    differences = [
        model.encode_texts([t.format(text)])[0] - model.encode_texts([t.format("")])[0] for t in templates
    ]
    return np.mean(differences, axis=0)


def alignment(model, concepts, theta, templates=()) -> list[float]:
    queries = [text_query(model, concept, templates) for concept in concepts]
    return [max(cos(query, row) for query in queries) for row in theta]


def effects(members, activations) -> np.ndarray:
    """Regress twice the share of images that a component fires less on (ties half) on who shows what."""
    found = []
    design = np.column_stack([np.ones(len(members[0])), *np.asarray(members, np.float64)])
    for row in activations:
        ranks = [np.mean(row < value) + np.mean(row == value) / 2 for value in row]
        found.append(2 * np.linalg.lstsq(design, np.array(ranks), rcond=None)[0][1:])
    return np.array(found).T


def quadrant_shares(by_image, quadrant_of, quadrants) -> list[float]:
    """The share of all magnitude of relevance that lies on the components of each quadrant."""
    sums = dict.fromkeys(quadrants, 0.0)
    for row in by_image:
        for value, quadrant in zip(row, quadrant_of, strict=True):
            sums[quadrant] += abs(float(value))
    return [sums[quadrant] / sum(sums.values()) for quadrant in quadrants]


def best_matches(theta, other) -> list[tuple[int, float]]:
    """For each component its most similar counterpart: the first of the largest cosines."""
    cosines = [[cos(row, column) for column in other] for row in theta]
    return [(int(np.argmax(row)), max(row)) for row in cosines]


def labels(model, vocabulary, theta, templates=()) -> list[tuple[str, float, str, float]]:
    """For each component its best and its second best text, with their scores."""
    queries = [text_query(model, text, templates) for text in vocabulary]
    found = []
    for row in theta:
        ranked = sorted(((-cos(query, row), i) for i, query in enumerate(queries)))
        (first, i), (second, j) = ranked[:2]
        found.append((vocabulary[i], -first, vocabulary[j], -second))
    return found


def dip(values) -> float:
    """The least largest distance of a unimodal distribution from the empirical one, by linear programs.

    For each place of the mode: the slopes of a piecewise linear distribution function rise up to it and fall
    from it on; only at the mode may it jump.
    """
    from scipy.optimize import linprog

    x, counts = np.unique(np.asarray(values, float), return_counts=True)
    k, upper = len(x), np.cumsum(counts) / counts.sum()
    lower = upper - counts / counts.sum()
    if k == 1:
        return 1 / (2 * counts.sum())
    best, size = 1.0, 2 * k + 1

    def slope(i):
        row = np.zeros(size)
        row[i + 1], row[k + i] = 1 / (x[i + 1] - x[i]), -1 / (x[i + 1] - x[i])
        return row

    for mode in range(k):
        # Unknown: the function just before and after each number (they differ at the mode), the distance.
        rows, bounds, equal = [], [], []
        for i in range(k):
            for place, target in ((i, lower[i]), (k + i, upper[i])):
                for sign in (1, -1):
                    row = np.zeros(size)
                    row[place], row[-1] = sign, -1
                    rows.append(row)
                    bounds.append(sign * target)
            jump = np.zeros(size)
            jump[k + i], jump[i] = 1, -1
            if i != mode:
                equal.append(jump)
            else:
                rows.append(-jump)
                bounds.append(0)

        for i in range(k - 1):
            rows.append(-slope(i))
            bounds.append(0)
        for i in range(k - 2):
            sign = 1 if i + 1 <= mode else -1
            if i + 1 != mode:
                rows.append(sign * (slope(i) - slope(i + 1)))
                bounds.append(0)
        cost = np.zeros(size)
        cost[-1] = 1
        free = [(None, None)] * (2 * k) + [(0, None)]
        solved = linprog(
            cost, np.array(rows), bounds, np.array(equal) if equal else None, [0] * len(equal), free
        )
        best = min(best, solved.fun)
    # The steps themselves are half a count away from any line through them.
    return max(best, 1 / (2 * counts.sum()))


def silhouette(points, labels) -> float:
    """The mean over all samples of (b − a) / max(a, b), distance by distance."""
    points = np.asarray(points, np.float64)
    each = []
    for i in range(len(points)):
        own = [j for j in range(len(points)) if labels[j] == labels[i] and j != i]
        if not own:
            each.append(0.0)
            continue
        a = np.mean([np.linalg.norm(points[i] - points[j]) for j in own])
        b = min(
            np.mean([np.linalg.norm(points[i] - points[j]) for j in range(len(points)) if labels[j] == other])
            for other in set(labels) - {labels[i]}
        )
        each.append((b - a) / max(a, b))
    return float(np.mean(each))


def over_representation(found, background, n_found, n_background) -> float:
    """The chance of `found` or more, by counting the draws."""
    draws = comb(n_background, n_found)
    return sum(
        comb(background, x) * comb(n_background - background, n_found - x) / draws
        for x in range(found, min(background, n_found) + 1)
    )


def benjamini_hochberg(p) -> list[float]:
    """For each test the least p_j · n / rank of p_j over the tests whose p is at least as large."""
    return [min(1.0, *(b * len(p) / sum(c <= b for c in p) for b in p if b >= a)) for a in p]


def match(wanted, unwanted) -> list[float]:
    """Best wanted cosine, less the largest excess over the median of an unwanted one."""
    scores = []
    for k in range(np.shape([*wanted, *unwanted])[1]):
        if len(wanted) == 0:
            scores.append(-max(row[k] for row in unwanted))
            continue
        excess = [max(0.0, row[k] - sorted(row)[len(row) // 2]) for row in unwanted]
        scores.append(max(row[k] for row in wanted) - max(excess, default=0.0))
    return scores


def effect(before, after, labels, groups, target):
    """Return changes of accuracy, worst group and target class in points, and the fixed and broken images."""

    def share(predicted, of):
        chosen = [i for i in range(len(labels)) if of(i)]
        return 100 * sum(predicted[i] == labels[i] for i in chosen) / len(chosen)

    def worst(predicted):
        return min(share(predicted, lambda i, group=group: groups[i] == group) for group in set(groups))

    def everything(i):
        return True

    def of_target(i):
        return labels[i] == target

    images = range(len(labels))
    return (
        share(after, everything) - share(before, everything),
        worst(after) - worst(before),
        share(after, of_target) - share(before, of_target),
        sum(before[i] != labels[i] and after[i] == labels[i] for i in images),
        sum(before[i] == labels[i] and after[i] != labels[i] for i in images),
    )


def csp(examples, activations, images, image_activations, mean, gamma) -> np.ndarray:
    """θ of one component: r_i = p_i − γ·cos(p_i, n_i)·n_i, n_i the nearest image below the mean."""
    low = [image for image, activation in zip(images, image_activations, strict=True) if activation < mean]
    total, weights = np.zeros(len(examples[0])), 0.0
    for p, a in zip(examples, activations, strict=True):
        p = np.asarray(p, np.float64) / np.linalg.norm(p)
        n = max(low, key=lambda image: cos(p, image))
        n = np.asarray(n, np.float64) / np.linalg.norm(n)
        total += a * (p - gamma * cos(p, n) * n)
        weights += a
    mean_r = total / weights
    return mean_r / np.linalg.norm(mean_r)


def soft_wpmi(similarities, activations, top) -> np.ndarray:
    """(label, component), from CLIP-Dissect: a = 10, λ = 1, p(x ∈ B) from 0.998 to 0.97."""
    n_images, n_labels = similarities.shape
    likelihood = np.zeros((n_labels, activations.shape[0]))
    for k, row in enumerate(activations):
        best = sorted(range(n_images), key=lambda image: -row[image])[:top]
        for t in range(n_labels):
            product = 1.0
            for rank, image in enumerate(best):
                softmax = np.exp(10 * similarities[image])
                p_in = 0.998 - rank / top * (0.998 - 0.97)
                product *= 1 + p_in * (softmax[t] / softmax.sum() - 1)
            likelihood[t, k] = product
    return np.log(likelihood) - np.log(likelihood.mean(axis=1, keepdims=True))


def auc(positive, control) -> float:
    pairs = [(x > y) + 0.5 * (x == y) for x in positive for y in control]
    return sum(pairs) / len(pairs)


def robust(scores):
    """Robust deviations above the median component: (x − median) / (1.4826 · MAD)."""
    middle = np.median(scores)
    return (scores - middle) / (1.4826 * np.median(np.abs(scores - middle)))
