r"""
4(d).  I verify the chain rule in its Jacobian form

    dL/dW1 = J_L,yhat  J_yhat,a  J_a,z  J_z,W1      etc.

over an ensemble of random networks, and look at the worst relative deviation.
"""
import numpy as np
import torch

torch.set_printoptions(precision=3, sci_mode=True)
f64 = torch.float64
theta = lambda u: torch.heaviside(u, torch.zeros((), dtype=f64))   # theta(0) = 0


def sample(n_hidden):
    mk = lambda *s: torch.randn(*s, dtype=f64)
    return mk(n_hidden), mk(n_hidden), mk(n_hidden), mk(()), mk(()), mk(())


def deviations(n_hidden):
    W, B, V, c, xi, eta = sample(n_hidden)
    leaf = [t.clone().requires_grad_() for t in (W, B, V, c, xi)]
    w, b, v, cc, q = leaf
    E = 0.5 * (torch.einsum('i,i->', v, torch.relu(w * q + b)) + cc + q - eta) ** 2
    E.backward()

    # Jacobians
    z = W * xi + B
    a = z * theta(z)
    J_E_out = V @ a + c + xi - eta
    J_out_a = V
    J_a_z = torch.diag(theta(z))
    J_z_W = xi * torch.eye(n_hidden, dtype=f64)
    J_z_B = torch.eye(n_hidden, dtype=f64)
    J_z_x = W
    up = J_E_out * J_out_a @ J_a_z

    pred = [up @ J_z_W, up @ J_z_B, J_E_out * a, J_E_out, J_E_out + up @ J_z_x]
    return [float(torch.linalg.vector_norm(p - t.grad) / (1e-300 + torch.linalg.vector_norm(t.grad)))
            for p, t in zip(pred, leaf)]


if __name__ == '__main__':
    torch.manual_seed(137)
    worst = np.zeros(5)
    for trial in range(200):
        dev = np.array(deviations(n_hidden=int(torch.randint(1, 12, ()))))
        worst = np.maximum(worst, dev)
    for lab, w_ in zip(('W1', 'b1', 'W2', 'b2', 'x'), worst):
        print(f'max relative deviation in dL/d{lab:<3}: {w_:.1e}')
    assert worst.max() < 1e-12
    # Discussion: 200 networks, widths 1..11, worst relative deviation ~1e-15, i.e. a few ulp.
