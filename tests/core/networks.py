"""Small networks that call for each way of evaluating a pruned set again."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torchvision import models


class Residual(nn.Module):
    """A ResNet-like network: in-place ReLUs, a shortcut, global average pooling, `x.view(x.size(0), -1)`."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.BatchNorm2d(8), nn.ReLU(inplace=True))
        self.conv1, self.bn1 = nn.Conv2d(8, 12, 3, 2, 1), nn.BatchNorm2d(12)
        self.conv2, self.bn2 = nn.Conv2d(12, 12, 3, 1, 1), nn.BatchNorm2d(12)
        self.shortcut = nn.Conv2d(8, 12, 1, 2)
        self.relu = nn.ReLU(inplace=True)
        self.head = nn.Linear(12, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        y = torch.relu_(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        y += self.shortcut(x)
        y = self.relu(y)
        y = nn.functional.adaptive_avg_pool2d(y, 1)
        return self.head(y.view(y.size(0), -1))


class Dense(nn.Module):
    """A DenseNet-like network: later layers see the concatenation of earlier ones."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.third = (
            nn.Conv2d(3, 6, 3, padding=1),
            nn.Conv2d(6, 7, 3, padding=1),
            nn.Conv2d(13, 8, 3, padding=1),
        )
        self.head = nn.Linear(21, 4)

    def forward(self, x: Tensor) -> Tensor:
        a = torch.relu(self.first(x))
        b = torch.relu(self.second(a))
        c = torch.relu(self.third(torch.cat([a, b], 1)))
        return self.head(torch.cat([a, b, c], 1).mean((2, 3)))


class Branching(nn.Module):
    """A network whose operations depend on the values: no graph holds it."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.head = nn.Conv2d(3, 6, 3, padding=1), nn.Linear(6, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        if x.mean() > 0:
            x = x * 2
        return self.head(torch.relu(x).mean((2, 3)))


class Twice(nn.Module):
    """A network that calls one module twice."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.same, self.head = nn.Conv2d(3, 6, 3), nn.Conv2d(6, 6, 3, padding=1), nn.Linear(6, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(torch.relu(self.same(torch.relu(self.same(self.conv(x))))).mean((2, 3)))


class FixedBatch(nn.Module):
    """A network that looks at single images and so can't be a graph of batches."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.head = nn.Conv2d(3, 6, 3, padding=1), nn.Linear(6, 4)

    def forward(self, x: Tensor) -> Tensor:
        return torch.stack([self.head(image.mean((1, 2))) for image in torch.relu(self.conv(x))])


def seeded(make: Callable[[], nn.Module]) -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return make().eval()


def resnet18() -> nn.Module:
    model = models.resnet18(num_classes=7)
    nn.init.normal_(model.fc.weight)
    return model


def vit() -> nn.Module:
    model = models.VisionTransformer(32, 8, 2, 2, 12, 24, num_classes=4)
    nn.init.normal_(model.heads[0].weight)
    return model
