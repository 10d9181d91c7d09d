"""
4(d) with h = 1, everything is a plain number so that I can follow it with a calculator.
Loss (yhat - y)^2. Three cases: ReLU on with x>0, ReLU on with x<0, ReLU off.
"""
import torch


def check(w1, b1, w2, b2, x, y):
    # formulas
    z = w1 * x + b1
    a = max(z, 0.0)
    on = 1.0 if z > 0 else 0.0
    yhat = w2 * a + b2 + x
    d = 2.0 * (yhat - y)
    f_b2 = d
    f_w2 = d * a
    f_w1 = d * w2 * on * x
    f_b1 = d * w2 * on
    f_x = d * (1.0 + w2 * on * w1)

    # torch
    tw1 = torch.tensor(w1, requires_grad=True)
    tb1 = torch.tensor(b1, requires_grad=True)
    tw2 = torch.tensor(w2, requires_grad=True)
    tb2 = torch.tensor(b2, requires_grad=True)
    tx = torch.tensor(x, requires_grad=True)
    L = (tw2 * torch.relu(tw1 * tx + tb1) + tb2 + tx - y) ** 2
    L.backward()

    print(f"x={x:5.2f}  z={z:6.3f}  ReLU {'on' if on else 'off'}")
    for name, f, t in (("b2", f_b2, tb2), ("w2", f_w2, tw2), ("w1", f_w1, tw1), ("b1", f_b1, tb1), ("x", f_x, tx)):
        g = t.grad.item()
        print(f"   dL/d{name:2}   formula {f:10.6f}   autograd {g:10.6f}   {'OK' if abs(f - g) <= 1e-5 * max(1, abs(f)) else 'WRONG'}")


check(0.8, 0.3, -1.4, 0.5, 1.5, 0.2)
check(-0.9, 0.1, 0.7, -0.2, -2.0, 1.0)
check(0.8, 0.3, -1.4, 0.5, -1.5, 0.2)

# In case 3 the unit is off, so only b2 and x have a gradient and dL/dx = dL/db2 (skip connection only).
