from __future__ import annotations

import torch

from interfaces import Example, GradientProvider, Gradients, Parameters, Source


class AutogradProvider(GradientProvider):
    def gradients(self, params: Parameters, example: Example) -> Gradients:
        leaves = {k: v.clone().requires_grad_(True) for k, v in vars(params).items()}
        x = example.x.clone().requires_grad_(True)
        hidden = torch.relu(leaves["W1"].squeeze(-1) * x + leaves["b1"])
        y_hat = (leaves["W2"] @ hidden).squeeze() + leaves["b2"] + x
        loss = torch.nn.functional.mse_loss(y_hat, example.y)
        wanted = (leaves["b2"], leaves["W2"], leaves["W1"], leaves["b1"], x)
        return Gradients(Source.AUTOGRAD, *torch.autograd.grad(loss, wanted))


class AnalyticProvider(GradientProvider):
    """Closed-form expressions for L = (y_hat - y)^2."""

    def gradients(self, params: Parameters, example: Example) -> Gradients:
        w1 = params.W1.flatten()
        w2 = params.W2.flatten()
        pre = w1 * example.x + params.b1
        gate = pre.sign().clamp_min(0.0)
        act = pre * gate
        upstream = 2.0 * (torch.dot(w2, act) + params.b2 + example.x - example.y)
        local = upstream * w2 * gate
        return Gradients(
            Source.ANALYTIC,
            b2=upstream,
            W2=(upstream * act)[None, :],
            W1=(local * example.x)[:, None],
            b1=local,
            x=upstream * (1.0 + torch.dot(w2 * gate, w1)),
        )
