import csv
import json
import os
import time

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
CSV_PATH = os.path.join(HERE, "gradient_check.csv")
JSON_PATH = os.path.join(HERE, "gradient_check.json")


def fwd(params, x):
    hidden_in = params["W1"].matmul(x) + params["b1"]
    hidden_out = torch.relu(hidden_in)
    y_hat = params["W2"].matmul(hidden_out) + params["b2"] + x
    return hidden_in, hidden_out, y_hat


def analytic(params, x, y):
    hidden_in, hidden_out, y_hat = fwd(params, x)
    residual = y_hat - y
    upstream = params["W2"].t().matmul(residual)
    local = hidden_in.gt(0).type_as(hidden_in)
    g = {}
    g["b2"] = residual
    g["W2"] = residual.unsqueeze(1) * hidden_out.unsqueeze(0)
    g["b1"] = upstream * local
    g["W1"] = g["b1"].unsqueeze(1) * x
    g["x"] = residual + params["W1"].t().matmul(g["b1"])
    return g


def main():
    torch.manual_seed(int("6923"))
    h = 14
    params = {
        "W1": torch.randn(h, 1),
        "b1": torch.randn(h),
        "W2": torch.randn(1, h),
        "b2": torch.randn(1),
    }
    x, y = torch.randn(1), torch.randn(1)

    by_hand = analytic(params, x, y)

    leaves = {k: v.clone().detach().requires_grad_(True) for k, v in params.items()}
    x_leaf = x.clone().requires_grad_(True)
    t0 = time.time()
    _, _, y_hat = fwd(leaves, x_leaf)
    loss = 0.5 * (y_hat - y).square().sum()
    loss.backward()
    leaves["x"] = x_leaf

    summary = {"loss": loss.item(), "h": h, "seconds": time.time() - t0, "max_abs_diff": {}}
    with open(CSV_PATH, "w", newline="") as fh:
        writer = csv.writer(fh)
        writer.writerow(["gradient", "index", "by_hand", "autograd"])
        for k, g in by_hand.items():
            ref = leaves[k].grad
            for i, (p, q) in enumerate(zip(g.flatten().tolist(), ref.flatten().tolist())):
                writer.writerow([k, i, p, q])
            summary["max_abs_diff"][k] = (g - ref).abs().max().item()
    with open(JSON_PATH, "w") as fh:
        json.dump(summary, fh, indent=2)
    print(json.dumps(summary["max_abs_diff"], indent=2))
    print("wrote", os.path.basename(CSV_PATH), "and", os.path.basename(JSON_PATH))


main()
